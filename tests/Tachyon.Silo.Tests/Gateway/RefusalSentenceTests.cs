using Tachyon.Chain;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>
/// What stands on a consumer's command line when the one provider that it wants does not take it: from the provider's limits through the
/// silo's grains and the gateway to the sentence and the exit code, with nothing deposited.
/// </summary>
public sealed class RefusalSentenceTests : IAsyncLifetime
{
    private static readonly Announce Offer = new("127.0.0.1:9", new TokenAmount(1_000_000), 10_000, 0, 0, 5);

    private TestSilo _silo = null!;
    private TestEdge _consumer = null!;
    private TestEdge _provider = null!;

    public async Task InitializeAsync()
    {
        _silo = await TestSilo.StartAsync();
        _consumer = _silo.NewEdge(1);
        _provider = await _silo.ConnectAsync(2);
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        await _silo.DisposeAsync();
    }

    [Theory]
    [InlineData("price", "the price is below what the provider asks", "raise --max-price")]
    [InlineData("tolerance", "the tolerance is above what the provider accepts", "lower --tolerance")]
    [InlineData("capacity", "the capacity is outside what the provider offers", "change --capacity")]
    [InlineData("channel cap", "the capacity is above what the provider serves on one channel", "lower --capacity")]
    [InlineData("monthly cap", "the provider may not serve as much more this month", "lower --capacity")]
    [InlineData("drain", "the provider drains, and takes no new channels", "use another provider, or try again later")]
    public async Task Provider_ThatDoesNotTakeTheTerms_IsASentenceWithWhatToDo_AndAnExitCode(string limit, string why, string next)
    {
        Assert.IsType<Accepted>(await _provider.AskAsync(limit switch
        {
            "price" => Offer with { PricePerMB = new TokenAmount(1_000_001) },
            "tolerance" => Offer with { ToleranceLimitPpm = 999 },
            "capacity" => Offer with { MaxCapacityBytes = 99_000_000 },
            "channel cap" => Offer with { ChannelCapBytes = 99_000_000 },
            "monthly cap" => Offer with { MonthlyCapBytes = 99_000_000 },
            _ => Offer,
        }));
        if (limit == "drain")
        {
            Assert.IsType<Accepted>(await _provider.AskAsync(new Drain(true)));
        }

        var before = await PurseAsync();
        var (exitCode, printed) = await ConsumerNodeRun.ConnectAsync(_silo, 1, _provider.Address);

        AssertSentence(printed, why, next);
        Assert.Contains("nothing was deposited", printed, StringComparison.Ordinal);
        Assert.Equal(ExitCode.OpenFailed, (ExitCode)exitCode);
        Assert.Equal(before, await PurseAsync());
    }

    [Fact]
    public async Task Provider_ThatBlacklistedTheConsumer_IsASentenceWithWhatToDo_AndAnExitCode()
    {
        await _consumer.EnterAsync(_silo.Url);
        Assert.IsType<Accepted>(await _provider.AskAsync(Offer));
        var terms = await PaidAndSettledAsync();
        Assert.IsType<Accepted>(await _provider.AskAsync(new PublishStatement(_provider.State(terms), null)));
        var before = await PurseAsync();

        var (exitCode, printed) = await ConsumerNodeRun.ConnectAsync(_silo, 1, _provider.Address);

        // Said by the node, where it has read the statement by then, or else by the gateway.
        AssertSentence(printed, "blacklisted", "use another");
        Assert.Contains((ExitCode)exitCode, new[] { ExitCode.NoProvider, ExitCode.OpenFailed });
        Assert.Equal(before, await PurseAsync());
    }

    [Fact]
    public async Task NoProvider_WithinTheLimits_IsASentenceThatNamesThem()
    {
        Assert.IsType<Accepted>(await _provider.AskAsync(Offer with { PricePerMB = new TokenAmount(1_000_001) }));

        var (exitCode, printed) = await ConsumerNodeRun.ConnectAsync(
            _silo, 1, provider: null, givesUpOver: NodeFault.NoProvider);

        AssertSentence(printed, "none of 0 matches can be used", "raise --max-price");
        Assert.Equal(ExitCode.NoProvider, (ExitCode)exitCode);
    }

    private static void AssertSentence(string printed, string why, string next)
    {
        Assert.StartsWith("error: ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', printed.TrimEnd());
        Assert.Contains(why, printed, StringComparison.Ordinal);
        Assert.Contains(next, printed, StringComparison.Ordinal);
    }

    private Task<TokenAmount> PurseAsync() => _silo.Chain.GetBalanceAsync(_consumer.Address, ReadAt.Latest);

    // Statements need a channel that paid; one that is over, so that the node does not go on with it.
    private async Task<Terms> PaidAndSettledAsync()
    {
        var (terms, channelId) = await _silo.OpenActiveAsync(_consumer, _provider);
        var closure = new Closure(channelId, 1_000_000, TestEdge.InAnHour);
        using var sender = new TransactionSender(_silo.Chain, _consumer.Account);
        Assert.True((await sender.SendAsync(new ChainCall.CooperativeClose(
            terms, closure.BytesUsed, closure.ValidUntilSeconds, _consumer.Sign(closure), _provider.Sign(closure)))).Succeeded);
        await Eventually.TrueAsync(
            async () => await _silo.Grains.Channel(channelId).View() is { Settlement.Paid.IsZero: false }, "the channel to have paid and ended");
        return terms;
    }
}
