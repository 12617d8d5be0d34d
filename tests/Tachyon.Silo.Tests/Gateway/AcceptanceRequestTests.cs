using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>Acceptances and caps through the gateway, as two edges see them.</summary>
public sealed class AcceptanceRequestTests : IAsyncLifetime
{
    private static readonly Announce Offer = new("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 0, 0, 5);

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
    public async Task Acceptance_SignedByTheProvidersEdge_ReachesTheConsumerThatAsked()
    {
        await _provider.AskAsync(Offer);
        var terms = _silo.NewTerms(_consumer, _provider);
        var asking = _consumer.AskAsync(new AcceptanceRequest(terms));

        var asked = await _provider.NextAsync<AcceptanceAsked>();
        Assert.Equal(terms, asked.Terms);
        var channelId = terms.ChannelId(_silo.Chain.Domain);
        var signature = _provider.Sign(new Acceptance(channelId, asked.ExpirySeconds));
        Assert.IsType<Accepted>(await _provider.AskAsync(new AcceptanceAnswer(channelId, asked.ExpirySeconds, signature, RefusalReason.None)));

        Assert.Equal(new AcceptanceReply(asked.ExpirySeconds, signature), Assert.IsType<AcceptanceReply>(await asking));
    }

    [Fact]
    public async Task Acceptance_RefusedByTheProvidersEdge_IsRefusedWithItsReason_AsASentenceForTheConsumer()
    {
        await _provider.AskAsync(Offer);
        var terms = _silo.NewTerms(_consumer, _provider);
        var asking = _consumer.AskAsync(new AcceptanceRequest(terms));
        var asked = await _provider.NextAsync<AcceptanceAsked>();
        await _provider.AskAsync(new AcceptanceAnswer(terms.ChannelId(_silo.Chain.Domain), asked.ExpirySeconds, null, RefusalReason.MonthlyCapReached));

        var refused = Assert.IsType<Refused>(await asking);
        Assert.Equal(RefusalReason.MonthlyCapReached, refused.Reason);
        Assert.Equal("the provider may not serve as much more this month: lower --capacity, or use another provider", refused.Text);
    }

    [Fact]
    public async Task Acceptance_IsAskedForByTheConsumerAlone_WithItsDepositAtHand_OfAProviderThatIsThere()
    {
        var terms = _silo.NewTerms(_consumer, _provider);
        Assert.Equal(RefusalReason.ProviderAway, await RefusalOf(_consumer, terms));
        await _provider.AskAsync(Offer);
        Assert.Equal(RefusalReason.NotYours, await RefusalOf(_provider, terms));
        Assert.Equal(RefusalReason.DepositMissing, await RefusalOf(_consumer, terms with { PricePerMB = TokenAmount.MaxPrice }));
    }

    [Fact]
    public async Task WhoAsksWithOneMadeUpChannelAfterTheOther_IsStopped_BeforeTheChainIsAskedForEach()
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:UnknownChannelBurst", "8"), ("Gateway:UnknownChannelsPerSecond", "1")]);
        using var consumer = await silo.ConnectAsync(1);
        using var provider = await silo.ConnectAsync(2);
        var terms = silo.NewTerms(consumer, provider);
        List<RefusalReason> reasons = [];
        for (var capacityMB = 1UL; capacityMB <= 24; capacityMB++)
        {
            reasons.Add(await RefusalOf(consumer, terms with { CapacityBytes = capacityMB * 1_000_000 }));
        }

        Assert.Equal(RefusalReason.ProviderAway, reasons[0]);
        Assert.Contains(RefusalReason.TooManyUnknown, reasons);
    }

    [Fact]
    public async Task MonthlyCap_LeavesWhatItLeaves_AndTheProviderIsTold()
    {
        await _provider.AskAsync(Offer with { MonthlyCapBytes = 1_000_000 });

        var told = await _provider.NextAsync<MonthAllowance>();
        Assert.Equal(1_000_000UL, told.BytesLeft);
        Assert.InRange(told.UntilSeconds, (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds(), (ulong)DateTimeOffset.UtcNow.AddDays(32).ToUnixTimeSeconds());
        Assert.Equal(RefusalReason.MonthlyCapReached, await RefusalOf(_consumer, _silo.NewTerms(_consumer, _provider) with { CapacityBytes = 1_001_000 }));
    }

    [Fact]
    public async Task DeclinesReason_ReachesTheConsumer_AsASentence()
    {
        await _provider.AskAsync(Offer);
        var terms = _silo.NewTerms(_consumer, _provider);
        var channelId = await _silo.OpenAsync(_consumer, terms);
        await _consumer.AskAsync(new OpenNotice(terms));
        await _provider.NextAsync<ChannelOpened>();
        var until = TestEdge.InAnHour;
        await _provider.AskAsync(new DeclineRelay(channelId, until, _provider.Sign(new Decline(channelId, until)), RefusalReason.AboveChannelCap));

        var status = await _consumer.NextAsync<SettlementStatus>(status => status.Operation == SettlementOperation.Decline);
        Assert.Equal("the capacity is above what the provider serves on one channel: lower --capacity, or use another provider", status.Text);
    }

    private static async Task<RefusalReason> RefusalOf(TestEdge edge, Terms terms) =>
        Assert.IsType<Refused>(await edge.AskAsync(new AcceptanceRequest(terms))).Reason;
}
