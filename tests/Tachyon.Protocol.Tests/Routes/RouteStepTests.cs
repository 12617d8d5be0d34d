using Tachyon.Protocol.Routes;

namespace Tachyon.Protocol.Tests.Routes;

/// <summary>Before a route ends its consumer reaches a route step, however far that is from what was used.</summary>
public sealed class RouteStepTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(19)]
    public void ConsumerThatWantsToEnd_ReachesTheNextStep_WithoutUsingMore(ulong usedMB)
    {
        var world = new RouteWorld();
        ulong used = 0;
        for (int i = 0; i < 2_000 && used < usedMB * RouteWorld.MB; i++)
        {
            if (world.Use(0, 50_000))
            {
                used += 50_000;
            }
            else
            {
                world.Settle(0);
            }
        }

        Assert.Equal(usedMB * RouteWorld.MB, used);
        world.Settle(0);
        world.Consumers[0].WantStep();
        world.Settle(0);

        Assert.True(world.Consumers[0].IsAtStep, $"{world.Consumers[0].NewestOwn!.Unit.BytesUsed} is no step");
        Assert.Equal(world.Consumers[0].NewestOwn, world.Proxies[0].NewestPeer);
        Assert.True(RouteSteps.IsStep(world.Proxies[0].CollectableBytes, RouteWorld.StepBytes, world.Locks[0].CapacityBytes));
        world.AssertProxyIsCovered();
    }

    [Fact]
    public void ConsumerThatUsedNothing_WouldCloseAtNothing_ThoughItSignedAhead()
    {
        var world = new RouteWorld();
        world.Settle(0);

        Assert.True(world.Consumers[0].NewestOwn!.Unit.BytesUsed > 0, "nothing is signed ahead");
        Assert.Equal(0UL, world.Consumers[0].LesserStep(paidBytes: 0));

        // What claims have paid for is gone in any case.
        Assert.Null(world.Consumers[0].LesserStep(paidBytes: 1_000));
    }

    [Theory]
    [InlineData(3, 8, null)]
    [InlineData(7, 12, 10)]
    [InlineData(10, 15, 10)]
    [InlineData(12, 17, null)]
    public void LesserStep_IsWhatWasUsed_WhereItsUnitsLeadFurther(int usedMB, int signedMB, int? stepMB)
    {
        var world = new RouteWorld();
        ulong used = 0;
        while (used < (ulong)usedMB * RouteWorld.MB)
        {
            if (world.Use(0, 50_000))
            {
                used += 50_000;
            }
            else
            {
                world.Settle(0);
            }
        }

        for (int i = 0; i < 20 && world.Consumers[0].NewestOwn!.Unit.BytesUsed < (ulong)signedMB * RouteWorld.MB; i++)
        {
            world.Settle(0);
        }

        Assert.Equal((ulong)signedMB * RouteWorld.MB, world.Consumers[0].NewestOwn!.Unit.BytesUsed);
        Assert.Equal(stepMB * (long)RouteWorld.MB, (long?)world.Consumers[0].LesserStep(paidBytes: 0));
        Assert.Equal((ulong)((signedMB + 9) / 10 * 10 - usedMB) * RouteWorld.MB, world.Consumers[0].UnusedAtStepBytes);
    }

    [Fact]
    public void ConsumerThatUsesOn_IsSignedAheadAtEveryMoment_AlsoBeforeAStep()
    {
        var world = new RouteWorld();
        world.Settle(0);
        ulong used = 0;
        while (used < 35 * RouteWorld.MB)
        {
            Assert.True(world.Use(0, 50_000), $"held up at {used} bytes");
            used += 50_000;

            // Faster than any timer: what is signed ahead is what keeps the exit serving.
            world.Sign(0);
            world.Promise(0);
            world.PassOn();
            world.Count(0);
            ulong signed = world.Consumers[0].NewestOwn!.Unit.BytesUsed;
            Assert.True(used < 6 * RouteWorld.MB || signed >= used + (3 * RouteWorld.MB), $"{signed} signed for {used} used");
        }
    }
}
