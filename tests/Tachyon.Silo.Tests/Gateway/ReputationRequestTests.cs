using System.Net.Http.Json;
using System.Text.Json;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Tests.Fixtures;
using RelayRefusal = Tachyon.Grains.RelayRefusal;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>Statements through the gateway: who may publish, what matching does with them, what operators see.</summary>
public sealed class ReputationRequestTests : IAsyncLifetime
{
    private static readonly Announce Offer = new("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 1_000_000, 0, 5);
    private static readonly MatchRequest AnyMatch = new(8, new MatchLimits(100_000_000, TokenAmount.MaxPrice, 1_000));

    private TestSilo _silo = null!;
    private TestEdge _consumer = null!;
    private TestEdge _provider = null!;
    private TestEdge _stranger = null!;
    private Terms _terms = null!;

    public async Task InitializeAsync()
    {
        _silo = await TestSilo.StartAsync();
        _consumer = await _silo.ConnectAsync(1);
        _provider = await _silo.ConnectAsync(2);
        _stranger = await _silo.ConnectAsync(3);
        (_terms, _) = await _silo.OpenActiveAsync(_consumer, _provider);
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        _stranger.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task PartedPair_IsNotMatched_WhicheverOfThemSaidSo_AndIsAgainAfterTheRevocation()
    {
        await _silo.PayAsync(_consumer, _terms);
        Assert.IsType<Accepted>(await _provider.AskAsync(Offer));
        Assert.Single(await MatchAsync(_consumer));

        Assert.IsType<Accepted>(await PublishAsync(_provider));
        Assert.Empty(await MatchAsync(_consumer));
        Assert.Single(await MatchAsync(_stranger));

        Assert.IsType<Accepted>(await PublishAsync(_consumer));
        Assert.IsType<Accepted>(await PublishAsync(_provider, revoked: true));
        Assert.Empty(await MatchAsync(_consumer));
        var document = await _silo.Http.GetFromJsonAsync<JsonElement>($"/v1/match?consumer={_consumer.Address}&capacityBytes=100000000");
        Assert.Equal(0, document.GetProperty("offers").GetArrayLength());

        await _silo.RestartAsync();
        await _consumer.EnterAsync(_silo.Url);
        await _provider.EnterAsync(_silo.Url);
        Assert.IsType<Accepted>(await _provider.AskAsync(Offer));
        Assert.Empty(await MatchAsync(_consumer));
        Assert.IsType<Accepted>(await PublishAsync(_consumer, revoked: true));
        Assert.Single(await MatchAsync(_consumer));
    }

    [Fact]
    public async Task Statement_OfAnotherNode_OrOfAChannelThatPaidNothing_IsRefusedWithTheReason()
    {
        Assert.Equal(RefusalReason.NothingPaid, await RefusalAsync(_consumer, _consumer.State(_terms)));
        Assert.Equal(RefusalReason.NotYours, await RefusalAsync(_provider, _consumer.State(_terms)));
        Assert.Equal(RefusalReason.NotYours, await RefusalAsync(_stranger, _stranger.State(_terms)));
        var unknown = _silo.NewTerms(_stranger, _provider);
        Assert.Equal(RefusalReason.UnknownChannel, await RefusalAsync(_stranger, _stranger.State(unknown)));

        await _silo.PayAsync(_consumer, _terms);
        Assert.Equal(RefusalReason.BadStatement, await RefusalAsync(_consumer, _consumer.State(_terms, aheadMs: 600_000)));
        var forged = _consumer.State(_terms);
        Assert.Equal(RefusalReason.WrongSigner, await RefusalAsync(_consumer, forged with { Signature = _stranger.Sign(forged.Statement) }));
        Assert.Empty(Assert.IsType<StatementsReply>(await _stranger.AskAsync(new StatementsRequest(Bytes32.Zero, 0))).Statements);
    }

    [Fact]
    public async Task Operator_SeesStatementsBySubject_WithTheirEvidence()
    {
        await _silo.PayAsync(_consumer, _terms);
        var contradiction = new Contradiction(
            ContradictionKind.SameIndexTwoContents, _provider.Unit(_terms, 7, 7_000_000), _provider.Unit(_terms, 7, 6_000_000));
        Assert.IsType<Accepted>(await _consumer.AskAsync(new PublishStatement(_consumer.State(_terms, evidence: contradiction), contradiction)));

        var about = await _silo.Http.GetFromJsonAsync<JsonElement>($"/v1/reputation/{_provider.Address}");
        Assert.Equal(1, about.GetProperty("standing").GetInt32());
        Assert.Equal(1, about.GetProperty("standingWithEvidence").GetInt32());
        var statement = about.GetProperty("about")[0];
        Assert.Equal(_consumer.Address.ToString(), statement.GetProperty("issuer").GetString());
        Assert.Equal("unserved", statement.GetProperty("reasonName").GetString());
        var evidence = await _silo.Http.GetFromJsonAsync<JsonElement>(statement.GetProperty("evidenceLink").GetString());
        Assert.Equal(_terms.ChannelId(_silo.Chain.Domain).ToString(), evidence.GetProperty("channelId").GetString());

        var log = await _silo.Http.GetFromJsonAsync<JsonElement>("/v1/statements");
        Assert.Equal(1UL, log.GetProperty("latest").GetUInt64());
        Assert.Equal("SameIndexTwoContents", log.GetProperty("statements")[0].GetProperty("contradiction").GetProperty("kind").GetString());
        var by = await _silo.Http.GetFromJsonAsync<JsonElement>($"/v1/reputation/{_consumer.Address}");
        Assert.Equal(_provider.Address.ToString(), by.GetProperty("by")[0].GetProperty("subject").GetString());
        Assert.Equal(400, (int)(await _silo.Http.GetAsync("/v1/reputation/nobody")).StatusCode);
    }

    [Fact]
    public async Task Acceptance_BetweenAPartedPair_IsRefusedInWords_BeforeAnythingIsDeposited()
    {
        await _silo.PayAsync(_consumer, _terms);
        Assert.IsType<Accepted>(await _provider.AskAsync(Offer));
        Assert.IsType<Accepted>(await PublishAsync(_provider));

        var refused = Assert.IsType<Refused>(await _consumer.AskAsync(new AcceptanceRequest(_silo.NewTerms(_consumer, _provider))));

        Assert.Equal(RefusalReason.Blacklisted, refused.Reason);
        Assert.Contains("use another provider", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RelayRefusal.SlotsFull)]
    [InlineData(RelayRefusal.PriceBelowFloor)]
    [InlineData(RelayRefusal.ToleranceAboveLimit)]
    [InlineData(RelayRefusal.CapacityOutsideOffer)]
    [InlineData(RelayRefusal.AboveChannelCap)]
    [InlineData(RelayRefusal.MonthlyCapReached)]
    [InlineData(RelayRefusal.Draining)]
    [InlineData(RelayRefusal.Blacklisted)]
    public void Declines_SayWhyAndWhatToDoNext(RelayRefusal refusal)
    {
        var sentence = Silo.Gateway.Refusals.ToConsumer(refusal);

        Assert.Equal(Silo.Gateway.Refusals.Of(refusal), sentence.Reason);
        Assert.Contains("use another provider", sentence.Text.Split(": ", 2)[1], StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<ProviderOffer>> MatchAsync(TestEdge consumer) =>
        Assert.IsType<MatchResult>(await consumer.AskAsync(AnyMatch)).Offers;

    private static async Task<RefusalReason> RefusalAsync(TestEdge sender, Protocol.Reputation.SignedBlacklisting signed) =>
        Assert.IsType<Refused>(await sender.AskAsync(new PublishStatement(signed, null))).Reason;

    private Task<GatewayReply> PublishAsync(TestEdge issuer, bool revoked = false) =>
        issuer.AskAsync(new PublishStatement(issuer.State(_terms, revoked), null));
}
