using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Routes.RouteWorld;

namespace Tachyon.Protocol.Tests.Routes;

/// <summary>The proxy never signs downstream more than it can collect upstream, and routes go on working (protocol, Routes).</summary>
public sealed class RouteLedgersTests
{
    [Fact]
    public void Route_CarriesBytesToTheEnd_AndEverybodySignsThem()
    {
        var world = new RouteWorld();
        const ulong used = 73 * MB;
        Use(world, used);

        world.AssertProxyIsCovered();
        Assert.Equal(used, world.Proxies[0].CountedBytes);
        Assert.Equal(used, world.Consumers[0].NewestPeer!.Unit.BytesUsed);
        Assert.True(world.ExitPool.NewestPeer!.Unit.BytesUsed >= used);
    }

    [Fact]
    public void Exit_RemembersNoMoreRoutesThanItHasMemoryFor_HoweverManyAProxyNames()
    {
        var world = new RouteWorld(routes: 1);
        int named = 0;
        while (named <= ExitLedger.MaxRoutes && world.ExitSide.Admit(TagOf(named), TestKeys.Stranger.Address) is not null)
        {
            named++;
        }

        Assert.Equal(ExitLedger.MaxRoutes, world.ExitSide.Routes.Count);
        Assert.NotNull(world.ExitSide.Forget(TagOf(0)));
        Assert.NotNull(world.ExitSide.Admit(TagOf(named), TestKeys.Stranger.Address));

        static Bytes32 TagOf(int number)
        {
            byte[] bytes = new byte[Bytes32.Length];
            BitConverter.TryWriteBytes(bytes, number);
            return Bytes32.FromBytes(bytes);
        }
    }

    [Fact]
    public void Proxy_PromisesNothing_BeforeTheConsumerSigned_NorAfterItSawTheLockClose()
    {
        var world = new RouteWorld();
        Assert.Equal(0UL, world.Proxies[0].Promise(world.PoolId, world.PoolTerms.PricePerMB).PromisedBytes);
        Use(world, 12 * MB);
        ulong before = world.Proxies[0].PromisedBytes;

        Assert.NotNull(world.Proxies[0].End());
        world.Consumers[0].WantStep();
        world.Sign(0);

        PromiseOutcome after = world.Proxies[0].Promise(world.PoolId, world.PoolTerms.PricePerMB);
        Assert.Equal((PromiseFault.LockEnded, before, null), (after.Fault, after.PromisedBytes, after.Record));
    }

    [Fact]
    public void Proxy_PromisesNothingToAPoolThatCostsMoreThanTheLock()
    {
        var world = new RouteWorld(poolPrice: 1_000_004);
        world.Settle(0);
        Assert.Equal(PromiseFault.PoolTooDear, world.Proxies[0].Promise(world.PoolId, world.PoolTerms.PricePerMB).Fault);
        Assert.Equal(0UL, world.Pool.PromisedBytes);
    }

    [Fact]
    public void TwoPoolsOfALock_TogetherGetNoMoreThanTheConsumerSigned()
    {
        var world = new RouteWorld();
        Use(world, 8 * MB);
        LockLedger proxy = world.Proxies[0];
        ulong first = proxy.Shares.Single().PromisedBytes;

        var second = new ChannelId(Keccak256.HashText("second pool"));
        proxy.Promise(second, world.PoolTerms.PricePerMB);

        Assert.True(first + (proxy.Shares.SingleOrDefault(share => share.Pool == second).PromisedBytes) <= proxy.CollectableBytes);
    }

    [Fact]
    public void TheLastStep_IsSignedButNotPromised_AndTheLockClosesOnIt()
    {
        var world = new RouteWorld();
        Use(world, 12 * MB);
        ConsumerLedger consumer = world.Consumers[0];

        consumer.WantStep();
        world.Settle(0);

        Assert.Equal(20 * MB, consumer.NewestOwn!.Unit.BytesUsed);
        Assert.True(consumer.IsAtStep);
        LockLedger proxy = world.Proxies[0];
        Assert.True(proxy.PromisedBytes <= (12 * MB) + ProtocolConstants.MaxSignAheadBytes + 200_000, $"{proxy.PromisedBytes} promised");
        ulong until = (world.NowMs / 1_000) + 60;
        Assert.Equal(ClosureFault.NotARouteStep, proxy.SignClosure(18 * MB, StepBytes, until, world.NowMs).Fault);
        Assert.Equal(ClosureFault.BelowOwnCount, proxy.SignClosure(10 * MB, StepBytes, until, world.NowMs).Fault);
        Assert.Equal(ClosureFault.None, proxy.SignClosure(20 * MB, StepBytes, until, world.NowMs).Fault);
        Assert.Equal(ClosureFault.None, consumer.SignClosure(20 * MB, until, world.NowMs).Fault);
        Assert.Equal(PromiseFault.LockEnded, proxy.Promise(world.PoolId, world.PoolTerms.PricePerMB).Fault);
    }

    [Fact]
    public void Units_OfALock_StateEveryStepExactly()
    {
        var world = new RouteWorld();
        var stated = new HashSet<ulong>();
        world.Settle(0);
        for (int rounds = 0; rounds < 400; rounds++)
        {
            world.Use(0, 300_000);
            world.NowMs += 50;
            world.Sign(0);
            stated.Add(world.Consumers[0].NewestOwn?.Unit.BytesUsed ?? 0);
            world.Promise(0);
            world.PassOn();
            world.Count(0, isWanted: false);
        }

        Assert.Subset(stated, new HashSet<ulong> { 10 * MB, 20 * MB, 30 * MB, 40 * MB });
    }

    [Fact]
    public void ARouteWhoseConsumerStopsSigning_StallsNoOther()
    {
        var world = new RouteWorld(routes: 2);
        world.Settle(0);
        world.Settle(1);
        while (world.Use(0, 100_000))
        {
            // The first consumer uses up its credit and signs nothing more.
        }

        Assert.False(world.Forward(world.Tags[0], 100_000));
        for (int i = 0; i < 200; i++)
        {
            if (!world.Use(1, 100_000))
            {
                world.Settle(1);
                Assert.True(world.Use(1, 100_000));
            }
        }

        world.AssertProxyIsCovered();
    }

    [Fact]
    public void FullPool_TakesAsMuchAsItHolds_AndTheRestAfterATopUp()
    {
        var world = new RouteWorld(poolCapacityBytes: 3 * MB);
        world.Settle(0);
        LockLedger proxy = world.Proxies[0];
        Assert.Equal(3 * MB, world.Pool.PromisedBytes);
        Assert.Equal(ShareFault.PoolFull, world.Pool.Raise(proxy.LockId, world.Tags[0], proxy.PromisedBytes).Fault);

        world.Pool.RaiseCapacity(30 * MB);

        ShareOutcome rest = world.Pool.Raise(proxy.LockId, world.Tags[0], proxy.PromisedBytes);
        Assert.Equal((ShareFault.None, proxy.PromisedBytes), (rest.Fault, rest.PromisedBytes));
    }

    [Fact]
    public void SettledRoute_StaysInTheSum_AndItsTagIsFree()
    {
        var world = new RouteWorld(routes: 2);
        world.Settle(0);
        ulong promised = world.Pool.PromisedBytes;

        Assert.NotNull(world.Pool.Settle(world.Proxies[0].LockId));
        Assert.Null(world.Pool.Settle(world.Proxies[0].LockId));

        Assert.Equal((promised, promised, 0), (world.Pool.PromisedBytes, world.Pool.SettledBytes, world.Pool.Routes));
        Assert.Equal(ShareFault.None, world.Pool.Raise(world.Proxies[1].LockId, world.Tags[0], 1 * MB).Fault);
    }

    [Fact]
    public void Counts_ThatTheExitMayNotState_AreRefused()
    {
        var world = new RouteWorld();
        Use(world, 6 * MB);
        TagCount good = world.ExitSide.Find(world.Tags[0])!.Value.Newest!.Count;
        TagCountFault Try(TagCount count, string signer = "tachyon test exit") =>
            world.Pool.ReceiveCount(new SignedTagCount(count, TestKeys.Key(signer).Sign(count, TestKeys.Domain))).Fault;
        TagCount next = good with { Index = good.Index + 1 };

        Assert.Equal(TagCountFault.Old, Try(good));
        Assert.Equal(TagCountFault.WrongChannel, Try(next with { ChannelId = world.Proxies[0].LockId }));
        Assert.Equal(TagCountFault.UnknownTag, Try(next with { Tag = Keccak256.HashText("no tag") }));
        Assert.Equal(TagCountFault.BadCount, Try(next with { BytesUsed = good.BytesUsed - 1_000 }));
        Assert.Equal(TagCountFault.BadCount, Try(next with { BytesUsed = good.BytesUsed + 1 }));
        Assert.Equal(TagCountFault.AboveCredit, Try(next with { BytesUsed = 100 * MB }));
        Assert.Equal(TagCountFault.BadSignature, Try(next, "tachyon test stranger"));
        Assert.Equal(TagCountFault.None, Try(next));
    }

    [Fact]
    public void Credit_OfAnybodyButTheProxy_ServesNothing()
    {
        var world = new RouteWorld();
        var credit = new TagCredit(world.PoolId, world.Tags[0], 5 * MB);
        Assert.Null(world.ExitSide.TakeCredit(new SignedTagCredit(credit, TestKeys.Stranger.Sign(credit, TestKeys.Domain)), out SignatureFault fault));
        Assert.NotEqual(SignatureFault.None, fault);
        Assert.False(world.Forward(world.Tags[0], 1));
        Assert.False(world.Forward(Keccak256.HashText("no tag"), 1));
        Assert.Throws<InvalidOperationException>(() => world.ExitSide.Count(Keccak256.HashText("no tag"), 1, world.NowMs));
    }

    [Fact]
    public void Credit_WithoutThePoolsUnit_ServesNoMoreThanAnyProviderWould()
    {
        var world = new RouteWorld();
        var credit = new TagCredit(world.PoolId, world.Tags[0], 100 * MB);
        world.ExitSide.TakeCredit(new SignedTagCredit(credit, TestKeys.Provider.Sign(credit, TestKeys.Domain)), out _);
        ulong served = 0;
        while (world.Forward(world.Tags[0], 8_000))
        {
            served += 8_000;
        }

        Assert.InRange(served, ProtocolConstants.InitialCreditBytes, ProtocolConstants.InitialCreditBytes + world.PoolTerms.AllowancePerCheckpointBytes);
    }

    [Fact]
    public void Proxy_IsCovered_WhateverIsLostOrCrashes()
    {
        Gen<(int Act, int Route, bool A, bool B)> step =
            from act in Gen.Choose(0, 7)
            from route in Gen.Choose(0, 2)
            from a in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
            from b in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
            select (act, route, a, b);

        Properties.Hold(
            step.ArrayOf(120),
            steps =>
            {
                var world = new RouteWorld(routes: 3, capacityBytes: 30 * MB, poolCapacityBytes: 60 * MB);
                foreach ((int act, int route, bool a, bool b) in steps)
                {
                    Play(world, act, route, a, b);
                    world.AssertProxyIsCovered();
                }

                return true;
            },
            cases: 60);
    }

    private static void Play(RouteWorld world, int act, int route, bool a, bool b)
    {
        world.NowMs += 300;
        switch (act)
        {
            case 0 or 1:
                for (int i = 0; i < 40 && world.Use(route, 100_000); i++)
                {
                    // As much as the credit allows.
                }

                break;
            case 2:
                world.Sign(route, a);
                break;
            case 3:
                world.Promise(route, crashesBetween: !b);
                break;
            case 4:
                world.PassOn(a, b);
                break;
            case 5:
                world.Count(route, isWanted: b, arrives: a);
                break;
            case 6:
                world.Consumers[route].WantStep();
                break;
            case 7 when !a && !b:
                world.Proxies[route].End();
                break;
            default:
                world.Restart();
                break;
        }
    }

    private static void Use(RouteWorld world, ulong bytes)
    {
        world.Settle(0);
        for (ulong used = 0; used < bytes; used += 200_000)
        {
            if (!world.Use(0, 200_000))
            {
                world.Settle(0);
                Assert.True(world.Use(0, 200_000), $"the route stands still at {used} bytes");
            }
        }

        world.Settle(0);
    }
}
