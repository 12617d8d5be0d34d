using Tachyon.Chain;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>
/// Providers that cheat a whole consumer node, from the first byte to the settlement on chain: what the consumer pays for nothing stays
/// within the tolerance and one checkpoint, and what can be burned of its deposit within one more (protocol, "What must always hold", 3).
/// </summary>
public sealed class CheatingProviderTests : IDisposable
{
    private const ulong AllowanceBytes = 5_000; // 1,000 ppm of a checkpoint
    private const ulong MB = 1_000_000;

    private readonly NodeWorld _world = new();
    private readonly List<ByteSource> _targets = [];
    private readonly List<Download> _downloads = [];

    public void Dispose()
    {
        _downloads.ForEach(download => download.Dispose());
        _targets.ForEach(target => target.DisposeAsync().AsTask().Wait());
        _world.Dispose();
    }

    [Theory]
    [InlineData(50)]
    [InlineData(4)]
    public async Task Provider_ThatStatesMoreThanItSent_IsLeft_AndIsConcededOneCheckpointAtMost(int inventedMB)
    {
        await using var rogue = Rogue((channel, domain) => new OverstatingProvider(channel, domain, (ulong)inventedMB * MB));
        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);

        await UseAsync(consumer, 8_000_000);
        await LeftAsync(consumer);

        var settled = await SettleAsync(consumer, rogue);
        Assert.Equal(TokenAmount.Zero, settled.Burned);
    }

    [Fact]
    public async Task Provider_ThatBillsMoreThanItSent_IsLeft_AndBurnsOneCheckpointOfTheDepositAtMost()
    {
        await using var rogue = Rogue((channel, domain) => new OverbillingProvider(channel, domain));
        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);

        await UseAsync(consumer, 40_000_000);
        await LeftAsync(consumer);

        var settled = await SettleAsync(consumer, rogue);
        AssertHeldBack(settled, answeredBytes: 8 * MB);
        Assert.Equal(rogue.Terms.Price(ProtocolConstants.CheckpointBytes), settled.Burned);
    }

    [Fact]
    public async Task Provider_ThatStopsServing_IsPaidForWhatItServedAndOneCheckpointAtMost()
    {
        await using var rogue = Rogue((channel, domain) => new StoppingProvider(channel, domain));
        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);

        var download = await UseAsync(consumer, 40_000_000);
        await Eventually.TrueAsync(() => download.ReceivedBytes >= 7 * MB && rogue.Role.Received?.Unit.BytesUsed >= 8 * MB, "the provider has stopped");

        var settled = await SettleAsync(consumer, rogue);
        Assert.Equal(TokenAmount.Zero, settled.Burned);
    }

    [Fact]
    public async Task Provider_ThatAnswersUnderAnothersKey_IsLeft()
    {
        await using var rogue = Rogue((channel, domain) => new ForgingProvider(channel, domain));
        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);

        await UseAsync(consumer, 40_000_000);
        await LeftAsync(consumer);

        var settled = await SettleAsync(consumer, rogue);
        AssertHeldBack(settled, answeredBytes: 8 * MB);
        Assert.Equal(TokenAmount.Zero, settled.Burned);
    }

    [Fact]
    public async Task Provider_ThatContradictsItself_IsLeft()
    {
        await using var rogue = Rogue((channel, domain) => new ContradictingProvider(channel, domain));
        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);

        await UseAsync(consumer, 40_000_000);
        await LeftAsync(consumer);

        var settled = await SettleAsync(consumer, rogue);
        AssertHeldBack(settled, answeredBytes: 8 * MB);
        Assert.Equal(TokenAmount.Zero, settled.Burned);
    }

    [Fact]
    public async Task Provider_ThatAnswersWithAnOlderUnit_IsSignedForTwoCheckpointsBeyondItAndNoMore()
    {
        await using var rogue = Rogue((channel, domain) => new ReplayingProvider(channel, domain));
        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);

        var download = await UseAsync(consumer, 30_000_000);
        await download.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(30 * MB, download.ReceivedBytes);

        // It served the rest for nothing, and knew.
        var settled = await SettleAsync(consumer, rogue);
        AssertHeldBack(settled, rogue.Role.Signed!.Unit.BytesUsed);
        Assert.Equal(TokenAmount.Zero, settled.Burned);
    }

    [Fact]
    public async Task Provider_ThatBillsWhatNobodyAskedFor_IsHungUpOn_AndGetsNothing()
    {
        await using var rogue = new UnsolicitedProvider(_world);
        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);

        await Eventually.TrueAsync(() => rogue.HungUpOn > 1, "the consumer hangs up");
        Assert.Equal(0UL, consumer.OnlyChannel.OwnBytes);

        Assert.Equal(CloseRequestOutcome.Started, await consumer.ForceCloseAsync(CloseRoute.OwnAccount));
        await ClosingAsync(consumer);
        await rogue.ChallengeAsync(50 * MB);
        _world.Chain.AdvanceTime(TimeSpan.FromHours(12));
        var settled = await SettledAsync(consumer);
        Assert.Equal((TokenAmount.Zero, TokenAmount.Zero), (settled.Paid, settled.Burned));
        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    // Without an answer to rely on, the consumer signs for two checkpoints and no more, however much it is sent.
    private static void AssertHeldBack(ChannelSettled settled, ulong answeredBytes)
    {
        var limitBytes = ((answeredBytes / ProtocolConstants.CheckpointBytes) + 3) * ProtocolConstants.CheckpointBytes;
        Assert.InRange(settled.ConsumerBytes, 5 * MB, limitBytes - 1);
    }

    private RogueProvider Rogue(Func<TunnelChannel, Eip712Domain, RogueEngine> roleOf) =>
        new(_world, channel => roleOf(channel, _world.Chain.Domain));

    private async Task<Download> UseAsync(RunningNode consumer, long bytes)
    {
        await consumer.ServingAsync();
        _targets.Add(new ByteSource(bytes));
        _downloads.Add(await Download.StartAsync(consumer.Status.Socks!, _targets[^1].Port));
        return _downloads[^1];
    }

    // Done with this provider: no session, and the channel only waits to be closed.
    private static Task LeftAsync(RunningNode consumer) => consumer.UntilAsync(status => status.State == "idle", "the consumer has left");

    private async Task<ChannelSettled> SettleAsync(RunningNode consumer, RogueProvider rogue)
    {
        Assert.Equal(CloseRequestOutcome.Started, await consumer.ForceCloseAsync(CloseRoute.OwnAccount));
        await ClosingAsync(consumer);

        // All that a provider can show, it shows.
        await rogue.ChallengeAsync(rogue.Role.Received!);
        await rogue.ChallengeAsync(rogue.Role.Signed!);
        _world.Chain.AdvanceTime(TimeSpan.FromHours(12));
        var settled = await SettledAsync(consumer);

        var terms = rogue.Terms;
        var usedBytes = consumer.OnlyChannel.OwnBytes;
        var boundBytes = ProtocolConstants.CheckpointBytes + (((usedBytes / ProtocolConstants.CheckpointBytes) + 1) * AllowanceBytes);
        Assert.True(usedBytes <= rogue.Role.UsedBytes, $"the consumer counts {usedBytes} bytes, {rogue.Role.UsedBytes} were sent");
        Assert.True(settled.ConsumerBytes <= usedBytes + boundBytes, $"{settled.ConsumerBytes} bytes paid, {usedBytes} used");
        Assert.True(settled.Paid <= terms.Price(usedBytes + boundBytes), $"{settled.Paid} base units paid for {usedBytes} bytes");
        Assert.True(settled.Burned <= terms.Price(ProtocolConstants.CheckpointBytes), $"{settled.Burned} base units burned");
        Assert.Equal(terms.Deposit(terms.CapacityBytes), settled.Paid + settled.Burned + settled.Refunded);
        Assert.Equal(settled.Paid, await _world.Chain.GetBalanceAsync(TestChannels.Provider.Address, ReadAt.Latest));
        Assert.Equal(NodeWorld.Purse - settled.Paid - settled.Burned, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
        return settled;
    }

    private static Task ClosingAsync(RunningNode node) =>
        node.UntilAsync(status => status.Channels[0] is { Phase: "closing", Close.State: "challenge" }, "the challenge period runs");

    private async Task<ChannelSettled> SettledAsync(RunningNode node)
    {
        await node.UntilAsync(status => status.Channels[0] is { Phase: "settled", Settlement: not null }, "the channel is settled");
        return Assert.Single((await _world.Chain.GetEventsAsync(0, (await _world.Chain.GetBlockAsync(ReadAt.Latest)).Number)).OfType<ChannelSettled>());
    }
}
