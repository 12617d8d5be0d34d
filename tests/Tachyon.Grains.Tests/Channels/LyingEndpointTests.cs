using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>
/// An endpoint swallows a transaction and says that it is final. What shows is what counts: when the endpoint tells the truth
/// again, what was never done is done.
/// </summary>
public sealed class LyingEndpointTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;
    private Terms _terms = null!;

    private ChannelId Channel => _terms.ChannelId(_cluster.Chain.Domain);

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start();
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
        _terms = _cluster.NewTerms(_consumer, _provider);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CloseThatWasSaidToBeFinal_AndNeverWasMined_IsSentAgain(bool siloDies)
    {
        await CloseWithALie();
        _cluster.Chain.Faults.FeignedCalls = null;
        if (siloDies)
        {
            await _cluster.KillAllSilos();
        }

        _cluster.Advance(TimeSpan.FromMinutes(6));

        ChannelView settled = await _cluster.Reaches(Channel, ChannelPhase.Settled);
        Assert.Equal(_terms.Price(5_000_000), settled.Settlement!.Paid);
        Assert.True(settled.Settlement.Cooperative);
        await Eventually.TrueAsync(async () => await _cluster.Grains.DeadlinesOf(Channel).Count() == 0, "no deadline to be left");
    }

    [Fact]
    public async Task EndpointThatLiesOn_IsBelievedEverMoreSeldom()
    {
        await CloseWithALie();

        for (int minutes = 0; minutes < 90; minutes += 3)
        {
            _cluster.Advance(TimeSpan.FromMinutes(3));
            await _cluster.FeedIsQuiet();
            await _cluster.Grains.Channel(Channel).ObserveChain(new ChannelEventBatch { Events = [] });
        }

        IntentView[] closes = [.. (await _cluster.Outbox.View()).Intents.Where(intent => intent.Kind == IntentKind.CooperativeClose)];
        Assert.InRange(closes.Length, 3, 6);
        Assert.Equal(ChannelPhase.Active, (await _cluster.Grains.Channel(Channel).View())!.Phase);
    }

    [Fact]
    public async Task EndpointThatLiesOn_DoesNotHoldUpWhatItDoesNotLieAbout()
    {
        await CloseWithALie();
        Party consumer = _cluster.NewParty();
        Terms other = _cluster.NewTerms(consumer, _provider);
        ChannelId opened = other.ChannelId(_cluster.Chain.Domain);
        IProviderGrain provider = _cluster.Grains.Provider(_provider.Address);
        await _cluster.Open(consumer, other);

        await provider.Confirm(_provider.Confirm(opened, _cluster.Clock.NowSeconds + 3_600));

        await Eventually.TrueAsync(
            async () =>
            {
                _cluster.Advance(TimeSpan.FromSeconds(1));
                return (await _cluster.Chain.GetChannelAsync(opened, ReadAt.Latest)).Status == ChannelStatus.Active;
            },
            "the confirm on chain");
    }

    [Fact]
    public async Task ConfirmThatWasSaidToBeFinal_AndNeverWasMined_DoesNotKeepTheProviderFromConfirming()
    {
        IProviderGrain provider = _cluster.Grains.Provider(_provider.Address);
        await _cluster.Open(_consumer, _terms);
        _cluster.Chain.Faults.FeignedCalls = call => call is ChainCall.ConfirmFor;
        RelayResult first = await provider.Confirm(_provider.Confirm(Channel, _cluster.Clock.NowSeconds + 3_600));
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(first.OperationId!)).State);
        _cluster.Chain.Faults.FeignedCalls = null;

        // At first the feed may just be behind.
        RelayResult soon = await provider.Confirm(_provider.Confirm(Channel, _cluster.Clock.NowSeconds + 3_601));
        Assert.Equal(first.OperationId, soon.OperationId);

        _cluster.Advance(TimeSpan.FromMinutes(6));
        Assert.NotEqual(first.OperationId, (await provider.Confirm(_provider.Confirm(Channel, _cluster.Clock.NowSeconds + 3_600))).OperationId);

        await _cluster.Reaches(Channel, ChannelPhase.Active);
        await Eventually.TrueAsync(async () => (await provider.View()).ActiveChannels is [var active] && active == Channel, "the slot to be taken");
    }

    private async Task CloseWithALie()
    {
        await _cluster.OpenActive(_consumer, _provider, _terms);
        _cluster.Chain.Faults.FeignedCalls = call => call is ChainCall.CooperativeClose;
        ulong validUntil = _cluster.Clock.NowSeconds + ProtocolConstants.MaxValiditySeconds - 60;
        IChannelGrain channel = _cluster.Grains.Channel(Channel);
        await channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));
        SubmitClosureResult complete = await channel.SubmitClosure(_provider.Closure(_terms, 5_000_000, validUntil));
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(complete.OperationId!)).State);
        await _cluster.FeedIsQuiet();
        Assert.Equal(ChannelPhase.Active, (await channel.View())!.Phase);
    }
}
