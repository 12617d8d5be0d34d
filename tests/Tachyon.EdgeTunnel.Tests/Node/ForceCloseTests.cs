using System.Numerics;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>Closes that one side sees through alone: what comes back, and who can stop it.</summary>
public sealed class ForceCloseTests : IDisposable
{
    private static readonly TimeSpan ChallengePeriod = TimeSpan.FromHours(12);

    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task ForceClose_ProviderVanishedAndGatewayDead_ReturnsTheDepositLessWhatWasUsed()
    {
        await using var consumer = _world.StartConsumer();
        await UseAndLoseProviderAsync(consumer);
        _world.Silo.Up = false;

        await ForceAsync(consumer);
        await ClosingAsync(consumer);
        var close = consumer.OnlyChannel.Close!;
        Assert.True(close.Alone);
        Assert.InRange(close.SettleFromMs!.Value / 1_000, (long)_world.Chain.NowSeconds, (long)_world.Chain.NowSeconds + 43_200);
        _world.Chain.AdvanceTime(ChallengePeriod);
        await SettledAsync(consumer);

        await AssertPaidForAsync(2_000_000, consumer.OnlyChannel);
        Assert.Equal(consumer.OnlyChannel.Settlement!.Refunded, close.ExpectedRefund);
        await Eventually.TrueAsync(() => consumer.OnlyChannel.Close!.State == "settled", "the close is seen through");
    }

    [Fact]
    public async Task ForceClose_WithoutGas_IsRelayedByTheGatewayWithTheNewestUnits()
    {
        await using var consumer = _world.StartConsumer();
        await UseAndLoseProviderAsync(consumer);
        await SpendAllGasAsync();

        await ForceAsync(consumer);
        await ClosingAsync(consumer);

        var relay = Assert.Single(_world.Silo.Requests.OfType<StartCloseRelay>());
        Assert.Equal(consumer.OnlyChannel.ChannelId, relay.ChannelId.ToString());
        var view = await _world.Chain.GetChannelAsync(relay.ChannelId, ReadAt.Latest);
        Assert.InRange(view.ConsumerBytes, 2_000_000UL, 7_000_000UL);
        Assert.Equal(view.ConsumerBytes, view.ProviderBytes);

        // Nobody with gas settles for it: the consumer learns what is missing, and goes on once it has it.
        _world.Chain.AdvanceTime(ChallengePeriod);
        await consumer.UntilAsync(status => status.Channels[0].Close is { State: "settling", Detail: not null }, "the payout needs gas");
        Assert.Contains("ETH", consumer.OnlyChannel.Close!.Detail, StringComparison.Ordinal);
        _world.Chain.Fund(TestChannels.Consumer.Address, TokenAmount.Zero);
        await SettledAsync(consumer);
        await AssertPaidForAsync(2_000_000, consumer.OnlyChannel);
    }

    [Fact]
    public async Task ForceClose_WithNeitherGasNorGateway_SaysWhatIsMissingAndGoesOnWhenItIsThere()
    {
        await using var consumer = _world.StartConsumer();
        await UseAndLoseProviderAsync(consumer);
        await SpendAllGasAsync();
        _world.Silo.Up = false;

        await ForceAsync(consumer);
        await consumer.UntilAsync(
            status => status.Channels[0].Close?.Detail is { } detail && detail.Contains("ETH", StringComparison.Ordinal) && detail.Contains("gateway", StringComparison.Ordinal),
            "both ways are reported closed");
        Assert.Equal("starting", consumer.OnlyChannel.Close!.State);

        _world.Chain.Fund(TestChannels.Consumer.Address, TokenAmount.Zero);
        await ClosingAsync(consumer);
    }

    [Fact]
    public async Task ForceClose_ViaTheGatewayOnly_SpendsNoGasOfItsOwn()
    {
        await using var consumer = _world.StartConsumer();
        await UseAndLoseProviderAsync(consumer);
        var before = await _world.Chain.GetGasBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest);

        await ForceAsync(consumer, CloseRoute.Gateway);
        await ClosingAsync(consumer);

        Assert.Equal(before, await _world.Chain.GetGasBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task ForceClose_ViaAGatewayThatTakesItOnAndDoesNothing_IsNotLostOnceTheOwnerTakesTheOwnAccount()
    {
        _world.Silo.Instead = request => request is StartCloseRelay ? Accepted.Instance : null;
        await using var consumer = _world.StartConsumer();
        await UseAndLoseProviderAsync(consumer);

        await ForceAsync(consumer, CloseRoute.Gateway);
        await consumer.UntilAsync(status => status.Channels[0].Close?.Detail?.Contains("taken", StringComparison.Ordinal) == true, "the gateway says yes");
        Assert.Equal("active", consumer.OnlyChannel.Phase);

        await ForceAsync(consumer, CloseRoute.OwnAccount);
        await ClosingAsync(consumer);
    }

    [Fact]
    public async Task ForceClose_WhileTheChainIsAway_WaitsAndThenGoesOn()
    {
        await using var consumer = _world.StartConsumer();
        await UseAndLoseProviderAsync(consumer);
        _world.Chain.Faults.Down = true;

        await ForceAsync(consumer);
        await consumer.UntilAsync(status => status.Channels[0].Close is { State: "starting", Detail: not null }, "the chain is reported away");

        _world.Chain.Faults.Down = false;
        await ClosingAsync(consumer);
    }

    [Fact]
    public async Task ForceClose_KilledAfterEachStep_GoesOnWithTheSameUnitsAndPaysOnce()
    {
        await using (var consumer = _world.StartConsumer())
        {
            await UseAndLoseProviderAsync(consumer);
            _world.Silo.Up = false;
            _world.Chain.Faults.UnansweredCalls = call => call is ChainCall.StartClose;
            await ForceAsync(consumer);
            await consumer.UntilAsync(status => status.Channels[0].Close is { State: "starting", Detail: not null }, "armed, but not sent");
        }

        _world.Chain.Faults.UnansweredCalls = call => call is ChainCall.Settle;
        await using (var again = _world.StartWatch())
        {
            await ClosingAsync(again);
        }

        _world.Chain.AdvanceTime(ChallengePeriod);
        await using (var third = _world.StartWatch())
        {
            await third.UntilAsync(status => status.Channels[0].Close is { State: "settling", Detail: not null }, "the payout is tried");
        }

        _world.Chain.Faults.UnansweredCalls = null;
        await using var last = _world.StartWatch();
        await SettledAsync(last);
        await AssertPaidForAsync(2_000_000, last.OnlyChannel);
    }

    [Fact]
    public async Task ForceClose_WhoseTransactionAReorganisationForgets_IsSentAgain()
    {
        await using var consumer = _world.StartConsumer();
        await UseAndLoseProviderAsync(consumer);
        _world.Chain.Mine(3);

        await ForceAsync(consumer);
        await ClosingAsync(consumer);
        _world.Chain.Reorganise(1, dropTransactions: true);
        await ClosingAsync(consumer);
        await Eventually.TrueAsync(
            async () => (await ViewAsync(consumer)).Status == ChannelStatus.Closing, "the close is on the new chain", TimeSpan.FromSeconds(30));

        _world.Chain.AdvanceTime(ChallengePeriod);
        await SettledAsync(consumer);
        await AssertPaidForAsync(2_000_000, consumer.OnlyChannel);
    }

    [Fact]
    public async Task ForceClose_OfAChannelInUse_EndsTheSessionInOrderAndServesNoMore()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);

        await ForceAsync(consumer);
        await ClosingAsync(consumer);
        var signed = consumer.OnlyChannel.UnitsSigned;
        await provider.UntilAsync(status => status.Totals.Sessions == 0, "the session is over");
        _world.Chain.AdvanceTime(ChallengePeriod);
        await SettledAsync(consumer);

        Assert.False(consumer.OnlyChannel.Connected);
        Assert.Equal(signed, consumer.OnlyChannel.UnitsSigned);
        await AssertPaidForAsync(2_000_000, consumer.OnlyChannel);
    }

    [Fact]
    public async Task ForceClose_ByTheProvider_IsPaidInFullWithTheConsumerGone()
    {
        await using var provider = _world.StartProvider();
        await using (var consumer = _world.StartConsumer())
        {
            await consumer.ServingAsync();
            await consumer.EchoAsync(_target, 1_000_000);
        }

        _world.Silo.Up = false;
        _world.Chain.Fund(TestChannels.Provider.Address, TokenAmount.Zero);
        await ForceAsync(provider);
        await ClosingAsync(provider);
        _world.Chain.AdvanceTime(ChallengePeriod);
        await SettledAsync(provider);

        await AssertPaidForAsync(2_000_000, provider.OnlyChannel);
    }

    [Fact]
    public async Task Provider_WhoseConsumerClosesWithNothing_ShowsTheUnitsAndIsPaid()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);
        await consumer.StopAsync();
        _world.Silo.Up = false;
        _world.Chain.Fund(TestChannels.Provider.Address, TokenAmount.Zero);

        using (var cheat = new TransactionSender(_world.Chain, new AccountSigner(TestChannels.ConsumerKey)))
        {
            var terms = provider.Parts.Book.Find(ChannelId.Parse(provider.OnlyChannel.ChannelId))!.Terms;
            Assert.True((await cheat.SendAsync(new ChainCall.StartClose(terms, null, null))).Succeeded);
        }

        await Eventually.TrueAsync(
            async () => (await ViewAsync(provider)).ConsumerBytes >= 2_000_000, "the provider shows what the consumer signed", TimeSpan.FromSeconds(30));
        _world.Chain.AdvanceTime(ChallengePeriod);
        await SettledAsync(provider);

        await AssertPaidForAsync(2_000_000, provider.OnlyChannel);
    }

    [Fact]
    public async Task ForceClose_OfASettledChannel_IsRefused()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        consumer.Close(consumer.OnlyChannel);
        await SettledAsync(consumer);

        Assert.Equal(CloseRequestOutcome.NotClosable, await consumer.ForceCloseAsync(CloseRoute.Automatic));
    }

    private async Task UseAndLoseProviderAsync(RunningNode consumer)
    {
        await using var provider = _world.StartProvider();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);

        // An orderly end exchanges the last units: what is left to be lost is the provider itself.
        await provider.StopAsync();
    }

    private async Task SpendAllGasAsync() => _world.Chain.Fund(
        TestChannels.Consumer.Address,
        TokenAmount.Zero,
        BigInteger.Negate(await _world.Chain.GetGasBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest)));

    private static async Task ForceAsync(RunningNode node, CloseRoute route = CloseRoute.Automatic) =>
        Assert.Equal(CloseRequestOutcome.Started, await node.ForceCloseAsync(route));

    private static Task ClosingAsync(RunningNode node) =>
        node.UntilAsync(status => status.Channels[0] is { Phase: "closing", Close.State: "challenge" }, "the challenge period runs");

    private static Task SettledAsync(RunningNode node) =>
        node.UntilAsync(status => status.Channels[0] is { Phase: "settled", Settlement: not null }, "the channel is settled");

    private Task<ChannelView> ViewAsync(RunningNode node) =>
        _world.Chain.GetChannelAsync(ChannelId.Parse(node.OnlyChannel.ChannelId), ReadAt.Latest);

    private async Task AssertPaidForAsync(ulong bytes, ChannelDocument channel)
    {
        // What was signed ahead on a slow path is paid as well: at most a checkpoint.
        Assert.InRange(channel.Settlement!.BytesUsed, bytes, bytes + 5_000_000);
        var paid = TestChannels.Terms().Price(channel.Settlement.BytesUsed);
        Assert.Equal("0", channel.Settlement.Burned);
        Assert.Equal(paid, await _world.Chain.GetBalanceAsync(TestChannels.Provider.Address, ReadAt.Latest));
        Assert.Equal(NodeWorld.Purse - paid, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }
}
