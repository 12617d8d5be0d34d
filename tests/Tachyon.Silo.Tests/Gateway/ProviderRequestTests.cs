using Tachyon.Grains;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>Announcing, being matched, and taking a channel, with every step through the gateway.</summary>
public sealed class ProviderRequestTests : IAsyncLifetime
{
    private static readonly Announce Offer = new("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 1_000_000, 0, 5);
    private static readonly MatchRequest AnyMatch = new(8, new MatchLimits(100_000_000, TokenAmount.MaxPrice, 1_000));

    private TestSilo _silo = null!;
    private TestEdge _consumer = null!;
    private TestEdge _provider = null!;

    public async Task InitializeAsync()
    {
        _silo = await TestSilo.StartAsync();
        _consumer = await _silo.ConnectAsync(1);
        _provider = await _silo.ConnectAsync(2);
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task Match_OfAnnouncedProviders_ComesInTheOrderThatTheConsumerCanCheck()
    {
        var providers = Enumerable.Range(10, 6).ToDictionary(number => number, number => _silo.NewEdge(number));
        foreach (var (number, provider) in providers)
        {
            await provider.EnterAsync(_silo.Url);
            Assert.IsType<Accepted>(await provider.AskAsync(Offer with { Endpoint = $"203.0.113.{number}:9440" }));
        }

        Assert.Null(Assert.IsType<MatchResult>(await _consumer.AskAsync(AnyMatch)).EpochSeed);
        _silo.Chain.Mine((int)ProtocolConstants.EpochBlocks);
        await Eventually.TrueAsync(() => _silo.Monitor.EpochSeeds.Current is not null, "the epoch seed");
        var result = Assert.IsType<MatchResult>(await _consumer.AskAsync(AnyMatch));

        Assert.Equal(6, result.Offers.Count);
        Assert.Equal((await _silo.Chain.FindBlockAsync(ProtocolConstants.EpochBlocks))!.Hash, result.EpochSeed);
        var nowMs = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var check = MatchOrder.Check(
            MatchTarget.For(_consumer.Address, result.EpochSeed), 8, result.Offers,
            offer => MatchFilter.Check(_consumer.Address, AnyMatch.Limits, offer, nowMs, (_, _) => false));
        Assert.True(check.IsRight, check.ToString());
        foreach (var provider in providers.Values)
        {
            provider.Dispose();
        }
    }

    [Fact]
    public async Task Match_NeverNamesTheConsumerItself_NorWhoDrainsOrWithdrew()
    {
        await _consumer.AskAsync(Offer);
        await _provider.AskAsync(Offer);
        Assert.Single(Assert.IsType<MatchResult>(await _consumer.AskAsync(AnyMatch)).Offers);

        Assert.IsType<Accepted>(await _provider.AskAsync(new Drain(true)));
        Assert.Empty(Assert.IsType<MatchResult>(await _consumer.AskAsync(AnyMatch)).Offers);

        await _provider.AskAsync(Offer);
        Assert.Empty(Assert.IsType<MatchResult>(await _consumer.AskAsync(AnyMatch)).Offers);

        Assert.IsType<Accepted>(await _provider.AskAsync(new Drain(false)));
        Assert.Single(Assert.IsType<MatchResult>(await _consumer.AskAsync(AnyMatch)).Offers);

        Assert.IsType<Accepted>(await _provider.AskAsync(Withdraw.Instance));
        Assert.Empty(Assert.IsType<MatchResult>(await _consumer.AskAsync(AnyMatch)).Offers);
    }

    [Fact]
    public async Task Announce_OfNonsense_IsRefusedWithTheFault()
    {
        var refused = Assert.IsType<Refused>(await _provider.AskAsync(Offer with { Endpoint = "nowhere" }));

        Assert.Equal(RefusalReason.BadOffer, refused.Reason);
        Assert.Contains("host:port", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_OpenedOnChain_IsPushedToTheProvider_WhoseConfirmIsRelayed()
    {
        await _provider.AskAsync(Offer);
        var terms = _silo.NewTerms(_consumer, _provider);
        var channelId = await _silo.OpenAsync(_consumer, terms);
        Assert.IsType<Accepted>(await _consumer.AskAsync(new OpenNotice(terms)));

        var opened = await _provider.NextAsync<ChannelOpened>();
        Assert.Equal((channelId, terms), (opened.ChannelId, opened.Terms));

        var until = TestEdge.InAnHour;
        Assert.IsType<Accepted>(await _provider.AskAsync(new ConfirmRelay(terms, until, _provider.Sign(new Confirm(channelId, until)))));

        var done = await _provider.NextAsync<SettlementStatus>(status => status.Progress == SettlementProgress.Done);
        Assert.Equal((channelId, SettlementOperation.Confirm), (done.ChannelId, done.Operation));
        await _consumer.NextAsync<SettlementStatus>(status => status.Progress == SettlementProgress.Done);
        Assert.Equal(1, await _silo.Chain.CountActiveChannelsAsync(_provider.Address, Chain.ReadAt.Latest));
    }

    [Fact]
    public async Task Channel_OpenedWhileTheProviderWasAway_IsPushedWhenItAnnounces()
    {
        await _provider.AskAsync(Offer);
        using var away = _provider;
        var terms = _silo.NewTerms(_consumer, _provider);
        var channelId = await _silo.OpenAsync(_consumer, terms);
        await Eventually.TrueAsync(async () => await _silo.Grains.Channel(channelId).View() is not null, "the silo to see the channel");

        using var back = await _silo.ConnectAsync(2);
        await back.AskAsync(Offer);

        Assert.Equal(channelId, (await back.NextAsync<ChannelOpened>()).ChannelId);
    }

    [Fact]
    public async Task Confirm_OfAForeignChannel_IsRefused()
    {
        var terms = _silo.NewTerms(_consumer, _provider);
        var channelId = await _silo.OpenAsync(_consumer, terms);
        var until = TestEdge.InAnHour;

        var reply = await _consumer.AskAsync(new ConfirmRelay(terms, until, _provider.Sign(new Confirm(channelId, until))));

        Assert.Equal(RefusalReason.NotYours, Assert.IsType<Refused>(reply).Reason);
    }

    [Fact]
    public async Task Decline_IsRelayed_AndTheConsumerIsAlerted()
    {
        await _provider.AskAsync(Offer);
        var terms = _silo.NewTerms(_consumer, _provider);
        var channelId = await _silo.OpenAsync(_consumer, terms);
        await _consumer.AskAsync(new OpenNotice(terms));
        await _provider.NextAsync<ChannelOpened>();
        var until = TestEdge.InAnHour;

        Assert.IsType<Accepted>(await _provider.AskAsync(new DeclineRelay(channelId, until, _provider.Sign(new Decline(channelId, until)), RefusalReason.PriceBelowOffer)));

        Assert.Equal(
            Protocol.Gateway.ChannelPhase.Declined, (await _consumer.NextAsync<CloseAlert>(alert => alert.ChannelId == channelId)).Phase);
    }
}
