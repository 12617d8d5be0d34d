using Tachyon.Chain;
using Tachyon.Grains.Tests.Providers;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>
/// A provider that drains and goes on, declines a channel, accepts one before it is opened and refuses to accept another; the
/// accepted one is closed by the signature of its consumer. Whatever happens to messages meanwhile, each step ends, nothing
/// is done twice, and no slot stays taken.
/// </summary>
internal sealed class RefusalStory
{
    private const ulong UsedBytes = 5_000_000;

    /// <summary>The operator's transactions: a decline, the beginning of a close, a settlement.</summary>
    private const ulong Operations = 3;

    private readonly GrainCluster _cluster;
    private readonly IProviderObserver _edge;
    private readonly IAcceptanceObserver _told;
    private readonly Party _unwanted;
    private readonly Party _wanted;
    private readonly Party _hopeful;
    private readonly Party _provider;
    private readonly Terms _declined;
    private readonly Terms _accepted;
    private readonly Terms _refused;

    public RefusalStory(GrainCluster cluster)
    {
        _cluster = cluster;
        _edge = cluster.Grains.CreateObjectReference<IProviderObserver>(new RecordingProviderObserver());
        _told = cluster.Grains.CreateObjectReference<IAcceptanceObserver>(new RecordingAcceptanceObserver());
        _unwanted = cluster.NewParty();
        _wanted = cluster.NewParty();
        _hopeful = cluster.NewParty();
        _provider = cluster.NewParty();
        _declined = cluster.NewTerms(_unwanted, _provider);
        _accepted = cluster.NewTerms(_wanted, _provider);
        _refused = cluster.NewTerms(_hopeful, _provider);
    }

    private IProviderGrain Provider => _cluster.Grains.Provider(_provider.Address);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    /// <summary>From the announcement to the last slot; <paramref name="between"/> runs between any two steps.</summary>
    public async Task Run(Func<Task>? between = null)
    {
        foreach (Func<Task> step in new[] { Announce, DrainAndGoOn, Decline, Accept, Refuse, CloseAccepted })
        {
            await step();
            await (between?.Invoke() ?? Task.CompletedTask);
        }

        await Check();
    }

    private ChannelId IdOf(Terms terms) => terms.ChannelId(_cluster.Chain.Domain);

    private async Task Announce() => Assert.Equal(
        AnnounceRefusal.None, (await GrainCluster.Insist(() => Provider.Announce(ProviderTests.Offer(), _edge))).Refusal);

    private async Task DrainAndGoOn()
    {
        await GrainCluster.Insist(() => Provider.Drain(true));
        Assert.True((await GrainCluster.Insist(() => Provider.View())).Draining);
        await GrainCluster.Insist(() => Provider.Drain(false));
        Assert.False((await GrainCluster.Insist(() => Provider.View())).Draining);
    }

    private async Task Decline()
    {
        await WhileTimePasses(_cluster.Open(_unwanted, _declined));
        SignedPermission decline = _provider.Decline(IdOf(_declined), SoonSeconds);
        RelayResult relayed = await GrainCluster.Insist(() => Provider.Decline(decline, RelayRefusal.PriceBelowFloor));
        Assert.Contains(relayed.Refusal, new[] { RelayRefusal.None, RelayRefusal.WrongPhase });
        await WhileTimePasses(_cluster.Reaches(IdOf(_declined), ChannelPhase.Declined));
    }

    private async Task Accept()
    {
        ulong expirySeconds = await Ask(_accepted, _wanted);
        AcceptanceAnswer answer = _provider.Accept(IdOf(_accepted), expirySeconds);
        await GrainCluster.Insist(async () => { await Provider.AnswerAcceptance(answer); });
        await _wanted.Send(_cluster.Chain, new ChainCall.Approve(_accepted.Deposit(_accepted.CapacityBytes)));
        await _wanted.Send(_cluster.Chain, new ChainCall.OpenAccepted(_accepted, expirySeconds, answer.Signature!.Value));
        await WhileTimePasses(_cluster.Reaches(IdOf(_accepted), ChannelPhase.Active));
        await WhileTimePasses(GrainCluster.Insist(
            async () => await Provider.View() is { ActiveChannels: [var active] } found && active == IdOf(_accepted) ? found : null!, "the slot to be taken"));
    }

    private async Task Refuse()
    {
        ulong expirySeconds = await Ask(_refused, _hopeful);
        await GrainCluster.Insist(async () =>
        {
            await Provider.AnswerAcceptance(new AcceptanceAnswer
            {
                ChannelId = IdOf(_refused), ExpirySeconds = expirySeconds, Refusal = RelayRefusal.MonthlyCapReached,
            });
        });
    }

    private async Task<ulong> Ask(Terms terms, Party consumer)
    {
        Assert.Equal(consumer.Address, terms.Consumer);

        // An old message may have drained it again, which its edge would undo when it announces.
        await GrainCluster.Insist(() => Provider.Drain(false));

        // Time runs fast here; the edge beats on.
        await GrainCluster.Insist(() => Provider.Heartbeat(_edge));
        AcceptanceResult asked = await GrainCluster.Insist(() => Provider.AskAcceptance(terms, _told));
        Assert.Equal(RelayRefusal.None, asked.Refusal);
        return asked.ExpirySeconds;
    }

    private async Task CloseAccepted()
    {
        ChannelId id = IdOf(_accepted);
        IChannelGrain channel = _cluster.Grains.Channel(id);
        SubmitUnitsResult kept = await GrainCluster.Insist(() => channel.SubmitUnits(new UnitBatch
        {
            ConsumerUnits = [_wanted.Unit(_accepted, 1, UsedBytes)],
            ProviderUnits = [_provider.Unit(_accepted, 1, UsedBytes)],
        }));
        Assert.Equal(UnitRefusal.None, kept.Refusal);
        SignedPermission close = _wanted.Close(id, SoonSeconds);
        RelayResult relayed = await GrainCluster.Insist(() => channel.RequestClose(close));
        Assert.Contains(relayed.Refusal, new[] { RelayRefusal.None, RelayRefusal.WrongPhase });
        await WhileTimePasses(_cluster.Reaches(id, ChannelPhase.Closing));
        _cluster.Advance(TimeSpan.FromSeconds(ProtocolConstants.DefaultChallengePeriodSeconds) + TimeSpan.FromMinutes(1));
        await WhileTimePasses(_cluster.Reaches(id, ChannelPhase.Settled));
    }

    private async Task Check()
    {
        ChannelView settled = await _cluster.Reaches(IdOf(_accepted), ChannelPhase.Settled);
        Assert.Equal((_accepted.Price(UsedBytes), true), (settled.Settlement!.Paid, settled.Settlement.Burned.IsZero));
        foreach (Party untouched in new[] { _unwanted, _hopeful })
        {
            Assert.Equal(
                await _cluster.Chain.GetBalanceAsync(_provider.Address, ReadAt.Latest) - _accepted.Price(UsedBytes),
                await _cluster.Chain.GetBalanceAsync(untouched.Address, ReadAt.Latest));
        }

        // What was promised to an acceptance that nobody used, or that was asked for again by an old message, ends with it.
        await WhileTimePasses(GrainCluster.Insist(
            async () =>
            {
                await Provider.Heartbeat(_edge);
                return await Provider.View() is { FreeSlots: ProtocolConstants.MaxActiveChannels } found ? found : null!;
            },
            "the slots to be free"));
        Assert.Equal(Operations, await _cluster.Chain.GetNonceAsync(_cluster.Operator.Address, NonceScope.Mined));
        Assert.All(_cluster.Transactions.CallsByNonce.Values, calls => Assert.Single(calls));
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
}
