using Orleans.Storage;
using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>
/// The consumer's unit and what is promised on it are written side by side. Whichever of the two comes late or is lost, the exit is promised
/// nothing that the proxy could not collect.
/// </summary>
public sealed class PromiseOrderTests : IAsyncLifetime
{
    private const ulong MB = RouteRig.MB;
    private const string Channel = "channel";
    private const string Proxy = "proxy";

    private RouteRig _rig = null!;
    private ExitPeer _exit = null!;
    private RoutePeer _route = null!;

    public async Task InitializeAsync()
    {
        _rig = await RouteRig.Start();
        _exit = await _rig.NewExit();
        _route = await _rig.NewRoute(_exit);
        await RouteRig.Carry(_route, 2 * MB);
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData(Channel)]
    [InlineData(Proxy)]
    public async Task WhicheverIsWrittenLast_NothingIsPromised_BeforeBothAreDurable(string last)
    {
        ulong before = (await PoolView()).PromisedBytes;
        Task<SubmitUnitsResult?> submitted;
        using (_rig.Cluster.Faults.HoldWrites(last))
        {
            int begun = _rig.Cluster.Faults.Writes(last);
            submitted = _route.Submit(SignMore());
            await Eventually.TrueAsync(() => Task.FromResult(_rig.Cluster.Faults.Writes(last) > begun), "the write that comes last");
            if (last == Channel)
            {
                await Eventually.TrueAsync(async () => (await _route.Grain.View())!.PromisedBytes > before, "the promise to be durable");
            }
            else
            {
                await Eventually.TrueAsync(async () => await KeptBytes() > before, "the unit to be durable");
            }

            // It is said again whenever the pool asks for it.
            await _route.Grain.SayAgain();
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal(before, (await PoolView()).PromisedBytes);
            }

            Assert.False(submitted.IsCompleted);
        }

        Assert.True((await submitted)!.Accepted);
        Assert.True((await PoolView()).PromisedBytes > before, "what is durable was not promised");
    }

    [Fact]
    public async Task PromiseWhoseUnitWasLost_IsNotPassedOn_UntilTheChannelHasIt()
    {
        ulong before = await KeptBytes();
        SignedUnit unit = SignMore();
        _rig.Cluster.Faults.FailBeforeWriting(Channel);
        Task<SubmitUnitsResult> submitted;
        using (_rig.Cluster.Faults.HoldWrites(Channel))
        {
            submitted = _route.Grain.Submit(new UnitBatch { ConsumerUnits = [unit] }, null);
            await Eventually.TrueAsync(async () => (await _route.Grain.View())!.PromisedBytes > before, "the promise to be durable");
        }

        await Assert.ThrowsAnyAsync<Exception>(() => submitted);
        Assert.Equal(before, await KeptBytes());
        Assert.True((await PoolView()).PromisedBytes <= before, "the exit was promised what only the lost unit pays for");

        await _rig.Cluster.KillAllSilos();
        await Eventually.TrueAsync(_exit.Reattach, "the exit to be attached again");
        await _route.Grain.SayAgain();

        await Eventually.TrueAsync(
            async () =>
            {
                ulong promised = (await GrainCluster.Patiently<PoolView>(async () => await PoolView()))?.PromisedBytes ?? 0;
                Assert.True(promised <= await KeptBytes(), "the exit was promised more than the channel can collect");
                return promised > before;
            },
            "the promise to reach the pool with its unit");
        Assert.Equal(unit.Unit.BytesUsed, await KeptBytes());
    }

    [Fact]
    public async Task UnitThatTheChannelRefuses_BringsTheExitNothing()
    {
        ulong before = (await PoolView()).PromisedBytes;
        SignedUnit unit = SignMore();
        SignedUnit forged = _route.Consumer.Unit(_route.Offer.Terms!, 1, 1 * MB);

        // The whole batch is refused for what it says of the proxy's own units.
        SubmitUnitsResult refused = await _route.Grain.Submit(new UnitBatch { ConsumerUnits = [unit], ProviderUnits = [forged] }, null);
        Assert.False(refused.Accepted);
        Assert.Equal(before, (await PoolView()).PromisedBytes);

        // Handed in alone, it is taken and promised.
        Assert.True((await _route.Submit(unit))!.Accepted);
        Assert.True((await PoolView()).PromisedBytes > before);
    }

    [Fact]
    public async Task UnitOnALockThatCloses_BringsTheExitNothing_ThoughTheProxyHasNotHeardOfIt()
    {
        SignedUnit unit = SignMore();
        ulong before = (await PoolView()).PromisedBytes;
        _rig.Cluster.Messages.Loses = nameof(IProxyGrain.LockChanged);
        await _route.Consumer.Send(_rig.Cluster.Chain, new ChainCall.StartClose(_route.Offer.Terms!, null, null));
        await _route.Reaches(ChannelPhase.Closing);

        SubmitUnitsResult kept = (await _route.Submit(unit))!;

        Assert.True(kept.Accepted, "a unit that can be shown on chain is kept while the lock closes");
        Assert.Equal(before, (await PoolView()).PromisedBytes);
        Assert.False((await _route.Grain.View())!.IsEnding, "the proxy heard of it all the same");
    }

    [Fact]
    public async Task WhatAnotherActivationPromised_IsNotForgotten_ByOneWhoseGrantFailed()
    {
        RoutePeer route = await _rig.NewLock(_exit);
        var ask = new RouteAsk
        {
            Terms = route.Offer.Terms!,
            Exit = _exit.Address,
            PoolId = new ChannelId(Keccak256.HashText("another pool")),
            PoolPricePerMB = new TokenAmount(1),
            RouteKey = [],
            RouteAddress = route.Wish.RouteKey.ToAddress(),
        };
        await route.Grain.Counted(_exit.PoolId, 0);
        ulong promised = await PromiseElsewhere(route);

        // This one reads again after the fault, and could write over what the other one stored.
        _rig.Cluster.Faults.FailBeforeWriting(Proxy);
        await Assert.ThrowsAnyAsync<Exception>(() => route.Grain.Grant(ask));
        await route.Grain.Counted(_exit.PoolId, 0);

        Assert.Equal(promised, (await route.Grain.View())!.PromisedBytes);
    }

    /// <summary>What another activation does, of which the one that is called has not heard: two are alive for a moment when silos lose sight of each other.</summary>
    private async Task<ulong> PromiseElsewhere(RoutePeer route)
    {
        IGrainStorage storage = _rig.Cluster.Faults.Storage!;
        GrainId grain = route.Grain.GetGrainId();
        var stored = new GrainState<ProxyRecord>(new ProxyRecord());
        await storage.ReadStateAsync(Proxy, grain, stored);
        ProxyRecord record = stored.State!;
        var ledger = new LockLedger(
            record.Terms!, _rig.Cluster.Chain.Domain, _rig.Cluster.Operator.Signer, new SignatureVerifier(), RouteStateCodec.DecodeLock(record.Lock));
        ledger.Receive(route.Ledger.Poll(_rig.NowMs, 50, ProtocolConstants.InitialCreditBytes).Unit!, _rig.NowMs);
        ulong promised = ledger.Promise(record.PoolId, record.PoolPricePerMB).PromisedBytes;
        Assert.True(promised > 0, "nothing was promised");
        stored.State = record with { Lock = RouteStateCodec.Encode(ledger.State) };
        await storage.WriteStateAsync(Proxy, grain, stored);
        return promised;
    }

    private SignedUnit SignMore()
    {
        while (_route.Use(16_000))
        {
        }

        _route.TakeAnswers();
        return _route.Ledger.Poll(_rig.NowMs, 50, 5 * MB).Unit ?? throw new InvalidOperationException("The consumer has nothing to sign.");
    }

    private Task<PoolView> PoolView() => _rig.Cluster.Grains.Pool(_exit.Address).View();

    private async Task<ulong> KeptBytes() => (await _rig.Cluster.Grains.Channel(_route.LockId).Evidence()).ConsumerUnit?.Unit.BytesUsed ?? 0;
}
