using Tachyon.Chain;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Sessions;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>What a consumer signs for stays within its budgets, and what it used is paid.</summary>
public sealed class BudgetTests : IDisposable
{
    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Theory]
    [InlineData(10_000_000UL, null, "10 MB per session")]
    [InlineData(null, 10_000_000_000_000_000L, "0.01 IPX per session")]
    public async Task SessionBudget_InTheMiddleOfAStream_StopsBeforeItIsExceededAndLeavesNothingUnpaid(ulong? bytes, long? tokens, string said)
    {
        await using var provider = _world.StartProvider();
        var budget = new Budget(BudgetPeriod.Session, bytes, tokens is { } amount ? new TokenAmount(amount) : null);
        await using var consumer = _world.StartConsumer(with: options => options with { Budgets = [budget] });
        await consumer.ServingAsync();

        var cut = consumer.EchoAsync(_target, 20_000_000);
        var fault = await Assert.ThrowsAsync<NodeException>(() => consumer.Running);
        await Assert.ThrowsAnyAsync<Exception>(() => cut);

        Assert.Equal(NodeFault.BudgetSpent, fault.Fault);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        await provider.UntilAsync(status => status.Totals.Sessions == 0, "the session is over");
        var seen = provider.OnlyChannel;
        Assert.InRange(seen.PeerBytes, 4_000_000UL, 10_000_000UL);
        Assert.InRange(seen.OwnBytes, 0UL, seen.PeerBytes);
    }

    [Fact]
    public async Task DayBudget_OverARestart_CountsWhatWasSignedBefore()
    {
        Budget[] budgets = [new(BudgetPeriod.Day, 100_000_000, null), new(BudgetPeriod.Month, null, new TokenAmount(1_000_000_000_000_000_000))];
        await using var provider = _world.StartProvider();
        await using (var first = _world.StartConsumer(with: options => options with { Budgets = budgets }))
        {
            await first.ServingAsync();
            await first.EchoAsync(_target, 3_000_000);
        }

        await using var second = _world.StartConsumer(with: options => options with { Budgets = budgets });
        await second.ServingAsync();
        var shown = second.Status.Budgets;

        Assert.Equal(["day", "month"], shown.Select(budget => budget.Period));
        Assert.InRange(shown[0].SpentBytes, 6_000_000UL, 11_000_000UL);
        Assert.Equal(shown[0].SpentBytes, shown[1].SpentBytes);
        Assert.Equal(TestChannels.Terms().Price(shown[0].SpentBytes).ToTokens(), shown[1].SpentIpx);
        Assert.NotNull(shown[0].EndsAtMs);
    }

    [Theory]
    [InlineData(BudgetPeriod.Day, null, 1_000L, "the next day begins at")]
    [InlineData(BudgetPeriod.Month, 1_000UL, null, "the next month begins at")]
    internal async Task Budget_ThatIsSpent_HoldsTheNodeUntilTheNextPeriodAndOpensNothing(BudgetPeriod period, ulong? bytes, long? tokens, string said)
    {
        await using var provider = _world.StartProvider();
        var budget = new Budget(period, bytes, tokens is { } amount ? new TokenAmount(amount) : null);
        await using var consumer = _world.StartConsumer(with: options => options with { Budgets = [budget] });

        await consumer.UntilAsync(status => status.State == "idle" && status.Detail is not null, "the node holds");

        Assert.Contains(said, consumer.Status.Detail, StringComparison.Ordinal);
        Assert.Empty(consumer.Status.Channels);
        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    [Theory]
    [InlineData(5_000_000UL, null, 2_000_000UL, 3_000_000UL)]
    [InlineData(5_000_000UL, null, 6_000_000UL, 0UL)]
    [InlineData(null, 3_000_000_000_000_000L, 2_000_000UL, 1_000_000UL)]
    [InlineData(null, 2_500_500_000_000_000L, 2_000_000UL, 500_000UL)]
    [InlineData(null, 1L, 0UL, 0UL)]
    public void RemainingBytes_OfBytesAndTokens_IsWhatTheyBuyInWholeKB(ulong? bytes, long? tokens, ulong spentBytes, ulong remaining)
    {
        var budget = new Budget(BudgetPeriod.Day, bytes, tokens is { } amount ? new TokenAmount(amount) : null);
        var spent = new Spending(spentBytes, TestChannels.Terms().Price(spentBytes));

        Assert.Equal(remaining, BudgetRules.RemainingBytes(budget, spent, TestChannels.Terms().PricePerMB));
    }

    [Fact]
    public void RemainingBytes_OfALock_PayTheProxysPartToo()
    {
        var terms = TestChannels.Terms() with { Kind = ChannelKind.Lock };
        var budget = new Budget(BudgetPeriod.Day, null, terms.Price(10_000_000));

        Assert.Equal(4_000_000UL, BudgetRules.RemainingBytes(budget, new Spending(6_000_000, terms.Price(6_000_000)), terms.PricePerMB, terms.Kind));
    }

    [Theory]
    [InlineData(60_000_000UL, null)]
    [InlineData(null, 60_000_000_000_000_000L)]
    public async Task TwoChannelsOfARoute_SignWithinTheBudgetTogether_WhicheverIsQuicker(ulong? bytes, long? tokens)
    {
        using var directory = new TemporaryDirectory();
        await using var journal = EdgeJournal.Open(directory.Combine("journal.db"));
        using var book = new ChannelBook(journal);
        Terms[] all = [TestChannels.Terms(), TestChannels.Terms() with { Kind = ChannelKind.Lock }];
        var channels = all.Select(terms => new ChannelRecord
        {
            ChannelId = terms.ChannelId(TestChannels.Domain),
            Role = SessionRole.Consumer,
            Terms = terms,
            Stage = ChannelStage.Active,
            CapacityBytes = terms.CapacityBytes,
            KnownAtMs = 1,
        }).ToArray();
        var signed = channels.ToDictionary(channel => channel.ChannelId, _ => 0UL);
        var limits = channels.ToDictionary(channel => channel.ChannelId, _ => 0UL);
        foreach (var channel in channels)
        {
            await book.SaveAsync(channel, CancellationToken.None);
        }

        var budget = new Budget(BudgetPeriod.Session, bytes, tokens is { } amount ? new TokenAmount(amount) : null);
        var keeper = new BudgetKeeper(
            [budget], book, journal, id => signed[id], id => limits[id] - Math.Min(limits[id], signed[id]), 2, TimeProvider.System);
        await keeper.MarkAsync();
        var random = new Random(7);
        for (var i = 0; i < 1_000; i++)
        {
            var channel = channels[random.Next(2)];
            var id = channel.ChannelId;
            keeper.Limit(channel, limit => limits[id] = limit);

            // Sometimes all of it at once, before anybody looks again.
            signed[id] = Math.Max(signed[id], random.Next(3) == 0 ? limits[id] : signed[id] + ((limits[id] - Math.Min(limits[id], signed[id])) / 7));
            Assert.True(signed.Values.Aggregate(0UL, (sum, one) => sum + one) <= (bytes ?? ulong.MaxValue), "more bytes are signed for than the budget has");
            Assert.True(tokens is null || channels.Aggregate(TokenAmount.Zero, (sum, one) => sum + one.Terms.Price(signed[one.ChannelId])) <= budget.Tokens, "more tokens are signed for than the budget has");
        }

        Assert.All(signed.Values, bytesSigned => Assert.InRange(bytesSigned, 10_000_000UL, 50_000_000UL));
    }

    [Theory]
    [InlineData(0UL, 256_000UL, ulong.MaxValue, false)]
    [InlineData(0UL, 256_000UL, 256_000UL, false)]
    [InlineData(1UL, 256_000UL, 256_000UL, true)]
    [InlineData(0UL, 256_000UL, 255_000UL, true)]
    [InlineData(5_000_000UL, 5_000_000UL, 10_000_000UL, false)]
    [InlineData(5_000_001UL, 5_000_000UL, 10_000_000UL, true)]
    public void MustStop_KeepsTheCreditFree(ulong owedBytes, ulong creditBytes, ulong limitBytes, bool stops) =>
        Assert.Equal(stops, SigningLimit.MustStop(owedBytes, creditBytes, limitBytes));

    [Theory]
    [InlineData("5GB", true)]
    [InlineData("2.5IPX", true)]
    [InlineData("0.5 ipx", true)]
    [InlineData("9MB", false)]
    [InlineData("0IPX", false)]
    [InlineData("lots", false)]
    public void Parse_AmountsOfBytesAndTokens(string text, bool valid) =>
        Assert.Equal(valid, Budget.ParserFor(BudgetPeriod.Day)(text, out _, out _));
}
