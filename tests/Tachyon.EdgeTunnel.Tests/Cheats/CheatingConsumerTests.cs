using Tachyon.Chain;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>
/// Consumers that cheat a whole provider node, from the first byte to the settlement on chain: what the provider served for nothing
/// stays within the tolerance and one checkpoint (protocol, "What must always hold", 3).
/// </summary>
public sealed class CheatingConsumerTests : IDisposable
{
    private const ulong AllowanceBytes = 5_000; // 1,000 ppm of a checkpoint
    private const ulong MB = 1_000_000;

    private readonly NodeWorld _world = new();

    public CheatingConsumerTests() => _world.Chain.Fund(TestChannels.Provider.Address, TokenAmount.Zero);

    public void Dispose() => _world.Dispose();

    public static TheoryData<string, ulong> Roles => new()
    {
        { "stops signing after 12 MB", 12 * MB },
        { "never signs", 0 },
        { "states half of what it used", 0 },
        { "claims that a tenth was lost", 45 * MB },
        { "sends its first unit again from 8 MB on", 8 * MB },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Consumer_ThatCheats_IsServedUpToItsCredit_AndPaysForWhatItSigned(string role, ulong signedAboutBytes)
    {
        await using var provider = _world.StartProvider();
        await using var target = new ByteSource(80_000_000);
        await using var rogue = await RogueConsumer.ConnectAsync(_world, provider, StatesOf(role), role.Contains("first unit", StringComparison.Ordinal) ? 8 * MB : ulong.MaxValue);

        await rogue.DownloadAsync(target);
        await HeldBackAsync(rogue);

        // Nor does another connection bring more.
        await rogue.Tunnel.DisposeAsync();
        await provider.UntilAsync(status => status.Totals.Sessions == 0, "the session is over");
        await rogue.ConnectAsync();
        await rogue.DownloadAsync(target);
        await HeldBackAsync(rogue);

        await rogue.Tunnel.DisposeAsync();
        Assert.InRange(await AssertLossAsync(provider, rogue), signedAboutBytes / 2, signedAboutBytes + (2 * MB));
    }

    [Fact]
    public async Task Consumer_ThatClaimsLossWithinTheTolerance_IsServedOn_AndGainsNoMoreThanTheTolerance()
    {
        await using var provider = _world.StartProvider();
        await using var target = new ByteSource(30_000_000);
        await using var rogue = await RogueConsumer.ConnectAsync(_world, provider, used => used - Math.Min(used, (used / (5 * MB) + 1) * AllowanceBytes));

        await rogue.DownloadAsync(target);
        await provider.UntilAsync(status => status.Channels[0].OwnBytes >= 30 * MB, "all of it was served");

        await provider.UntilAsync(status => status.Channels[0].PeerBytes >= 30 * MB - (7 * AllowanceBytes) - 1_000, "what it admits to is signed");
        await rogue.Tunnel.DisposeAsync();
        Assert.InRange(await AssertLossAsync(provider, rogue), 29 * MB, (30 * MB) - (6 * AllowanceBytes));
    }

    [Fact]
    public async Task Consumer_ThatClosesWithAnOldUnit_PaysForItsNewest()
    {
        await using var provider = _world.StartProvider();
        await using var target = new ByteSource(20_000_000);
        await using var rogue = await RogueConsumer.ConnectAsync(_world, provider, used => used);
        await rogue.DownloadAsync(target);
        await provider.UntilAsync(status => status.Channels[0].PeerBytes >= 16 * MB, "the consumer has signed");
        await rogue.Tunnel.DisposeAsync();
        await provider.UntilAsync(status => status.Totals.Sessions == 0, "the session is over");
        var signedBytes = provider.OnlyChannel.PeerBytes;

        var old = rogue.Role.Sign(1 * MB, default, index: 1);
        await rogue.StartCloseAsync(old, null);
        await Eventually.TrueAsync(
            async () => (await _world.Chain.GetChannelAsync(rogue.Terms.ChannelId(_world.Chain.Domain), ReadAt.Latest)).ConsumerBytes >= signedBytes,
            "the provider shows what the consumer signed");
        _world.Chain.AdvanceTime(TimeSpan.FromHours(12));

        await AssertSettledAsync(provider, rogue, signedBytes);
    }

    private static Func<ulong, ulong> StatesOf(string role) => role switch
    {
        "stops signing after 12 MB" => used => Math.Min(used, 12 * MB),
        "never signs" => _ => 0,
        "states half of what it used" => used => used / 2,
        "claims that a tenth was lost" => used => used / 10 * 9,
        _ => used => used,
    };

    // Behind the statement that begins a session comes one when the provider pauses: here for good, at its credit but for a part not worth a frame.
    private static Task HeldBackAsync(RogueConsumer rogue) => Eventually.TrueAsync(
        () => rogue.Role is { Statements: > 1, IsDone: true, StatedBytes: { } stated } role
            && stated + (64 * 1024) >= CreditedBytes(role.Received?.Unit.BytesUsed ?? 0),
        "the provider pauses");

    private static ulong BoundBytes(ulong signedBytes) =>
        CreditedBytes(signedBytes) - signedBytes + (((signedBytes / ProtocolConstants.CheckpointBytes) + 1) * AllowanceBytes);

    private static ulong CreditedBytes(ulong agreedBytes) =>
        agreedBytes + Math.Clamp(agreedBytes, ProtocolConstants.InitialCreditBytes, ProtocolConstants.CheckpointBytes);

    /// <returns>The bytes that were signed, and paid.</returns>
    private async Task<ulong> AssertLossAsync(RunningNode provider, RogueConsumer rogue)
    {
        await provider.UntilAsync(status => status.Totals.Sessions == 0, "the session is over");
        var signedBytes = provider.OnlyChannel.PeerBytes;
        var servedBytes = provider.OnlyChannel.OwnBytes;
        Assert.True(servedBytes <= signedBytes + BoundBytes(signedBytes), $"{servedBytes} bytes served for {signedBytes} signed");
        Assert.True(rogue.Role.UsedBytes <= servedBytes, $"{rogue.Role.UsedBytes} bytes arrived, the provider counts {servedBytes}");

        Assert.Equal(CloseRequestOutcome.Started, await provider.ForceCloseAsync(CloseRoute.OwnAccount));
        await provider.UntilAsync(status => status.Channels[0] is { Phase: "closing", Close.State: "challenge" }, "the challenge period runs");
        _world.Chain.AdvanceTime(TimeSpan.FromHours(12));
        await AssertSettledAsync(provider, rogue, signedBytes);
        return signedBytes;
    }

    private async Task AssertSettledAsync(RunningNode provider, RogueConsumer rogue, ulong signedBytes)
    {
        await provider.UntilAsync(status => status.Channels[0] is { Phase: "settled", Settlement: not null }, "the channel is settled");
        var settled = Assert.Single((await _world.Chain.GetEventsAsync(0, (await _world.Chain.GetBlockAsync(ReadAt.Latest)).Number)).OfType<ChannelSettled>());
        var terms = rogue.Terms;

        // To the token: paid is what the consumer signed, nothing burns, the rest of the deposit goes back.
        Assert.Equal(signedBytes, settled.ConsumerBytes);
        Assert.Equal(terms.Price(signedBytes), settled.Paid);
        Assert.Equal(TokenAmount.Zero, settled.Burned);
        Assert.Equal(terms.Deposit(terms.CapacityBytes) - settled.Paid, settled.Refunded);
        Assert.Equal(settled.Paid, await _world.Chain.GetBalanceAsync(TestChannels.Provider.Address, ReadAt.Latest));
        Assert.Equal(NodeWorld.Purse - settled.Paid, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
        var lost = terms.Price(provider.OnlyChannel.OwnBytes) - settled.Paid;
        Assert.True(provider.OnlyChannel.OwnBytes <= signedBytes || lost <= terms.Price(BoundBytes(signedBytes)), $"the provider lost {lost} base units");
    }
}
