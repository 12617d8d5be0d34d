using Tachyon.Chain;
using Tachyon.Grains.Tests.Providers;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>
/// The life of a provider with two channels, by callers who ask again when they get no answer: one channel is closed by
/// both sides, the other by its consumer alone, with an old unit that the watchtower must answer. Whatever happens to
/// messages, storage or silos meanwhile, each step ends, and in the end everyone has what they are owed.
/// </summary>
internal sealed class ChannelStory
{
    private const ulong UsedBytes = 9_000_000;

    /// <summary>The operator's transactions: two confirms, a close by both, a challenge, a settlement.</summary>
    private const ulong Operations = 5;

    private readonly GrainCluster _cluster;
    private readonly IProviderObserver _observer;
    private readonly Party _consumer;
    private readonly Party _loner;
    private readonly Party _provider;
    private readonly Terms _together;
    private readonly Terms _alone;

    public ChannelStory(GrainCluster cluster)
    {
        _cluster = cluster;
        _observer = cluster.Grains.CreateObjectReference<IProviderObserver>(new RecordingProviderObserver());
        _consumer = cluster.NewParty();
        _loner = cluster.NewParty();
        _provider = cluster.NewParty();
        _together = cluster.NewTerms(_consumer, _provider);
        _alone = cluster.NewTerms(_loner, _provider);
    }

    private IProviderGrain Provider => _cluster.Grains.Provider(_provider.Address);

    private ChannelId Together => _together.ChannelId(_cluster.Chain.Domain);

    private ChannelId Alone => _alone.ChannelId(_cluster.Chain.Domain);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    /// <summary>From the announcement to the last balance; <paramref name="between"/> runs between any two steps.</summary>
    public async Task Run(Func<Task>? between = null)
    {
        foreach (Func<Task> step in new[] { Announce, OpenBoth, ConfirmBoth, UseBoth, CloseTogether, CloseAlone })
        {
            await step();
            await (between?.Invoke() ?? Task.CompletedTask);
        }

        await Check();
    }

    private async Task Announce()
    {
        var offer = new ProviderOffer
        {
            Endpoint = "203.0.113.7:9301",
            PricePerMB = _together.PricePerMB,
            ToleranceLimitPpm = _together.TolerancePpm,
            Slots = ProtocolConstants.MaxActiveChannels,
        };
        AnnounceResult announced = await GrainCluster.Insist(() => Provider.Announce(offer, _observer));
        Assert.Equal(AnnounceRefusal.None, announced.Refusal);
    }

    private Task OpenBoth() => WhileTimePasses(Task.WhenAll(_cluster.Open(_consumer, _together), _cluster.Open(_loner, _alone)));

    private Task ConfirmBoth() => Task.WhenAll(new[] { Together, Alone }.Select(async channel =>
    {
        SignedPermission confirm = _provider.Confirm(channel, SoonSeconds);
        RelayResult relayed = await GrainCluster.Insist(() => Provider.Confirm(confirm));

        // An answer that was lost may have been that it is relayed; then it may be active by now.
        Assert.Contains(relayed.Refusal, new[] { RelayRefusal.None, RelayRefusal.WrongPhase });
        await WhileTimePasses(_cluster.Reaches(channel, ChannelPhase.Active));
    }));

    private async Task UseBoth()
    {
        foreach ((Party consumer, Terms terms) in new[] { (_consumer, _together), (_loner, _alone) })
        {
            IChannelGrain channel = _cluster.Grains.Channel(terms.ChannelId(_cluster.Chain.Domain));
            await Task.WhenAll(Enumerable.Range(1, 9).Select(async i =>
            {
                ulong bytesUsed = UsedBytes / 9 * (ulong)i;
                SubmitUnitsResult result = await GrainCluster.Insist(() => channel.SubmitUnits(new UnitBatch
                {
                    ConsumerUnits = [consumer.Unit(terms, (ulong)i, bytesUsed)],
                    ProviderUnits = [_provider.Unit(terms, (ulong)i, bytesUsed)],
                }));
                Assert.Equal(UnitRefusal.None, result.Refusal);
            }));
        }
    }

    private async Task CloseTogether()
    {
        IChannelGrain channel = _cluster.Grains.Channel(Together);
        ulong validUntil = SoonSeconds;
        SignedClosure[] closures = [_consumer.Closure(_together, UsedBytes, validUntil), _provider.Closure(_together, UsedBytes, validUntil)];
        foreach (SignedClosure closure in closures)
        {
            SubmitClosureResult submitted = await GrainCluster.Insist(() => channel.SubmitClosure(closure));
            Assert.Contains(submitted.Refusal, new[] { ClosureRefusal.None, ClosureRefusal.WrongPhase });
        }

        await WhileTimePasses(_cluster.Reaches(Together, ChannelPhase.Settled));
    }

    private async Task CloseAlone()
    {
        await _loner.Send(_cluster.Chain, new ChainCall.StartClose(_alone, _loner.Unit(_alone, 1, UsedBytes / 9), null));
        await WhileTimePasses(_cluster.Reaches(Alone, ChannelPhase.Closing));
        await WhileTimePasses(Eventually.TrueAsync(
            async () => (await _cluster.Chain.GetChannelAsync(Alone, ReadAt.Latest)).ConsumerBytes == UsedBytes, "the higher unit on chain"));

        // And a minute, so that no margin after the deadline has to be waited for.
        _cluster.Advance(TimeSpan.FromSeconds(ProtocolConstants.DefaultChallengePeriodSeconds) + TimeSpan.FromMinutes(1));
        await WhileTimePasses(_cluster.Reaches(Alone, ChannelPhase.Settled));
    }

    /// <summary>Time runs faster, so that whatever is tried again after a while is tried again soon.</summary>
    private async Task WhileTimePasses(Task waiting)
    {
        while (await Task.WhenAny(waiting, Task.Delay(10)) != waiting)
        {
            _cluster.Advance(TimeSpan.FromSeconds(1));
        }

        await waiting;
    }

    private async Task Check()
    {
        foreach (Terms terms in new[] { _together, _alone })
        {
            ChannelView view = await _cluster.Reaches(terms.ChannelId(_cluster.Chain.Domain), ChannelPhase.Settled);
            Assert.Equal(terms.Price(UsedBytes), view.Settlement!.Paid);
            Assert.True(view.Settlement.Burned.IsZero);
            Assert.Equal(terms.Deposit(terms.CapacityBytes) - terms.Price(UsedBytes), view.Settlement.Refunded);
        }

        Task<ProviderView> free = GrainCluster.Insist(
            async () => await Provider.View() is { ActiveChannels.Length: 0, ReservedChannels.Length: 0 } found ? found : null!, "the slots to be free");
        await WhileTimePasses(free);
        Assert.Equal(ProtocolConstants.MaxActiveChannels, (await free).FreeSlots);

        // What a late message left behind in a deadline shard goes when the channel is called for it.
        _cluster.Advance(TimeSpan.FromSeconds(ProtocolConstants.DefaultChallengePeriodSeconds));
        await WhileTimePasses(Eventually.TrueAsync(
            async () => await GrainCluster.Insist<object>(async () => await _cluster.Grains.DeadlinesOf(Alone).Count()) is 0, "no deadline to be left"));
        Assert.Equal(Operations, await _cluster.Chain.GetNonceAsync(_cluster.Operator.Address, NonceScope.Mined));
        Assert.All(_cluster.Transactions.CallsByNonce.Values, calls => Assert.Single(calls));
    }
}
