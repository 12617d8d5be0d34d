using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>
/// What a consumer makes of the proxy's count on a lock, which is the exit's: what it has beyond the consumer's own was lost on
/// the way, and is conceded as far as the tolerance and the sign-ahead go, and no further, whatever the two state.
/// </summary>
public sealed class LockConcessionTests : UnitEngineFixture
{
    private const ulong UsedBytes = 20_000_000;

    // 10,000 ppm of a checkpoint.
    private const ulong AllowanceBytes = 50_000;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private UsageUnit? _newest;
    private ulong _index;

    public LockConcessionTests() => Test = new TestChannel(tolerancePpm: 10_000, kind: ChannelKind.Lock);

    private ulong SignedBytes => _newest!.BytesUsed;

    [Fact]
    public async Task Count_WithinTheTolerance_IsConcededOnceAndNotCountedAsUsed()
    {
        var engine = await UsedAsync();
        Assert.Equal(UsedBytes + ProtocolConstants.CheckpointBytes, SignedBytes);

        State(engine, UsedBytes + 40_000);
        Wait(engine, Quiet);

        // Beyond what it used the sign-ahead is whole again: the tolerance has paid.
        Assert.Equal(UsedBytes + 40_000 + ProtocolConstants.CheckpointBytes, SignedBytes);
        Assert.Equal(UsedBytes, engine.Stats().OwnBytes);

        // The same is not conceded twice.
        State(engine, UsedBytes + 40_000);
        Wait(engine, Quiet);
        Assert.Equal(UsedBytes + 40_000 + ProtocolConstants.CheckpointBytes, SignedBytes);
    }

    [Fact]
    public async Task Count_BeyondTheTolerance_ComesOutOfTheSignAhead_AndTheRouteGoesOn()
    {
        var engine = await UsedAsync();

        State(engine, UsedBytes + AllowanceBytes + 1_000_000);
        Wait(engine, Quiet);
        Assert.Equal(UsedBytes + AllowanceBytes + ProtocolConstants.CheckpointBytes, SignedBytes);

        // What is used from here on is signed for as before; the million is missing from what is signed ahead.
        Use(engine, 2_000_000, UsedBytes + AllowanceBytes + 1_000_000);
        Assert.Equal(UsedBytes + 2_000_000 + AllowanceBytes + ProtocolConstants.CheckpointBytes, SignedBytes);
        Assert.Null(Host.Ended ?? Host.Failed);
    }

    [Fact]
    public async Task Count_OfAllThatWasSigned_AgainAndAgain_GetsNoMoreThanTheToleranceAndOneCheckpoint()
    {
        var engine = await UsedAsync();
        for (var i = 0; i < 10; i++)
        {
            State(engine, SignedBytes);
            Wait(engine, Quiet);
        }

        Assert.Equal(UsedBytes + AllowanceBytes + ProtocolConstants.CheckpointBytes, SignedBytes);
        Assert.Equal(UsedBytes, engine.Stats().OwnBytes);
    }

    [Fact]
    public async Task Count_AboveWhatWasSigned_IsADispute()
    {
        var engine = await UsedAsync();

        State(engine, SignedBytes + 1_000);
        Wait(engine, Quiet);

        Assert.Equal(GoodbyeReason.Dispute, (Host.Ended ?? Host.Failed)?.Reason);
        Assert.Equal(UsedBytes + ProtocolConstants.CheckpointBytes, SignedBytes);
        Assert.Equal(0, engine.AdmitSend(1_000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    [InlineData(3_000_000)]
    public async Task Count_BelowTheOwn_ChangesNothing(int lackingBytes)
    {
        var engine = await UsedAsync(statedBytes: UsedBytes - (ulong)lackingBytes);
        var signed = SignedBytes;

        Wait(engine, Quiet);

        Assert.Equal((signed, UsedBytes), (SignedBytes, engine.Stats().OwnBytes));
        Assert.Null(Host.Ended ?? Host.Failed);
        Assert.Equal(1_000, engine.AdmitSend(1_000));
    }

    [Fact]
    public async Task Count_AboveTheOwn_WhileBytesAreStillComing_IsNotConceded()
    {
        var engine = await UsedAsync();
        State(engine, UsedBytes + 1_000_000);
        for (ulong arrived = 0; arrived < 1_000_000; arrived += 100_000)
        {
            Wait(engine, Moment);
            Assert.True(engine.TryCountReceived(100_000));
        }

        // They were on their way, and all have come: nothing was lost, and nothing is paid twice.
        Wait(engine, Quiet);
        Assert.Equal(UsedBytes + 1_000_000 + ProtocolConstants.CheckpointBytes, SignedBytes);
    }

    // A lock in use, whose proxy has stated all of it, or so much.
    private async Task<UnitEngine> UsedAsync(ulong statedBytes = UsedBytes)
    {
        var engine = await StartAsync(Test.Consumer);
        Use(engine, UsedBytes, statedBytes);
        return engine;
    }

    private void Use(UnitEngine engine, ulong bytes, ulong limitBytes)
    {
        const int partBytes = 250_000;
        for (ulong used = 0; used < bytes; used += partBytes)
        {
            Time.Advance(TimeSpan.FromMilliseconds(10));
            Assert.True(engine.TryCountReceived(partBytes));
            Take(engine);
            State(engine, Math.Min(limitBytes, Math.Max(engine.Stats().OwnBytes, engine.Stats().PeerUnitBytes)));
        }

        Wait(engine, Quiet);
    }

    private void State(UnitEngine engine, ulong bytes)
    {
        Send(engine, Unit(++_index, bytes) with { CounterUnit = _newest!.StructHash() }, Test.Provider);
        Take(engine);
    }

    private void Wait(UnitEngine engine, TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(100))
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            engine.Tick(TimeSpan.Zero);
            Take(engine);
        }
    }

    private void Take(UnitEngine engine)
    {
        while (TryTakeDue(engine) is { } bytes)
        {
            var section = new UnitSection(bytes);
            _newest = new UsageUnit(
                Test.Channel.ChannelId, section.Index, section.BytesUsed, Test.Channel.Terms.Consumer, Test.Channel.Terms.Provider,
                section.TimestampMs, Bytes32.FromBytes(section.CounterUnit));
        }
    }
}
