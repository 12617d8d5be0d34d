using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Engines against peers that cheat: each ends in a typed error at the side that sees it, and nothing is signed for it.</summary>
public sealed class UnitEngineTests : IDisposable
{
    private readonly TestChannel _test = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingHost _host = new();
    private readonly MemoryUnitJournal _journal = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Provider_UnitOfAnotherSigner_RefusesIt()
    {
        var provider = await StartAsync(_test.Provider);

        Send(provider, Unit(1, 50_000), _test.Stranger);

        Assert.Equal(GoodbyeReason.UnitRefused, _host.Failed?.Reason);
        Assert.Contains("BadSignature", _host.Failed?.Detail, StringComparison.Ordinal);
        Assert.Equal(0ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(0, _host.UnitsDue);
    }

    [Fact]
    public async Task Provider_UnitOfAnotherChannel_RefusesIt()
    {
        using var other = new TestChannel(salt: 9);
        var provider = await StartAsync(_test.Provider);

        Send(provider, Unit(1, 50_000) with { ChannelId = other.Channel.ChannelId }, _test.Consumer);

        Assert.Equal(GoodbyeReason.UnitRefused, _host.Failed?.Reason);
        Assert.Equal(0ul, provider.Stats().PeerUnitBytes);
    }

    [Fact]
    public async Task Provider_HigherIndexWithFewerBytes_KeepsTheProofAndLeaves()
    {
        var provider = await StartAsync(_test.Provider);
        Send(provider, Unit(1, 50_000), _test.Consumer);

        Send(provider, Unit(2, 40_000), _test.Consumer);

        Assert.Equal(GoodbyeReason.Dispute, _host.Failed?.Reason);
        Assert.Contains("contradicted", _host.Failed?.Detail, StringComparison.Ordinal);
        Assert.Equal(50_000ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(0, provider.AdmitSend(1_000));
    }

    [Fact]
    public async Task Provider_FarFutureTimestamp_IsNotTakenAndTheSessionLives()
    {
        var provider = await StartAsync(_test.Provider);

        Send(provider, Unit(1, 50_000) with { TimestampMs = NowMs + 61_000 }, _test.Consumer);
        Assert.Equal(0ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(0, _host.UnitsDue);
        Assert.Null(_host.Failed);

        Send(provider, Unit(1, 50_000), _test.Consumer);
        Assert.Equal(50_000ul, provider.Stats().PeerUnitBytes);
    }

    [Fact]
    public async Task Provider_ReplayedUnit_SendsItsNewestAgainUnchanged()
    {
        var provider = await StartAsync(_test.Provider);
        Send(provider, Unit(1, 50_000), _test.Consumer);
        var first = TakeDue(provider);
        Send(provider, Unit(2, 60_000), _test.Consumer);
        var second = TakeDue(provider);

        Send(provider, Unit(1, 50_000), _test.Consumer);

        Assert.NotEqual(first, second);
        Assert.Equal(second, TakeDue(provider));
        Assert.Equal(60_000ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(2, provider.Stats().UnitsSigned);
    }

    [Fact]
    public async Task Provider_UnsignedService_StopsAtTheCreditAndStatesItsCount()
    {
        var provider = await StartAsync(_test.Provider);
        Assert.Equal(FrameKind.Statement, _host.Posted.Single().Kind);

        long served = 0;
        int admitted;
        while ((admitted = provider.AdmitSend(64 * 1024)) > 0)
        {
            served += admitted;
        }

        Assert.InRange(served, 256_000 - 4_096, 256_000 + 5_000); // credit, and the allowance of 1,000 ppm
        Assert.True(provider.Stats().IsPaused);
        Assert.Equal(2, _host.Posted.Count);
        Assert.False(provider.TryCountReceived(64 * 1024));

        Send(provider, Unit(1, (ulong)(served + 999) / 1_000 * 1_000), _test.Consumer);
        Assert.Equal(1, _host.Resumes);
        Assert.Equal(64 * 1024, provider.AdmitSend(64 * 1024));
    }

    [Fact]
    public async Task Provider_PausedTooLong_LeavesInOrder()
    {
        var provider = await StartAsync(_test.Provider);
        while (provider.AdmitSend(64 * 1024) > 0)
        {
        }

        provider.Tick(TimeSpan.Zero);
        Assert.Null(_host.Ended);
        _time.Advance(TimeSpan.FromSeconds(31));
        provider.Tick(TimeSpan.Zero);

        Assert.Equal(GoodbyeReason.PauseTimedOut, _host.Ended?.Reason);
    }

    [Fact]
    public async Task Provider_ClosureBelowItsCount_IsRefusedUnsigned()
    {
        var provider = await StartAsync(_test.Provider);
        Assert.Equal(50_000, provider.AdmitSend(50_000));

        Assert.True(SendClosure(provider, 10_000, _test.Consumer));

        Assert.Equal(GoodbyeReason.Dispute, _host.Failed?.Reason);
        Assert.Null(provider.Closures);
        Assert.DoesNotContain(_host.Posted, frame => frame.Kind == FrameKind.ClosureSigned);
    }

    [Fact]
    public async Task Provider_ClosureOfAnotherSigner_IsRefusedUnsigned()
    {
        var provider = await StartAsync(_test.Provider);

        SendClosure(provider, 0, _test.Stranger);

        Assert.Equal(GoodbyeReason.Dispute, _host.Failed?.Reason);
        Assert.Null(provider.Closures);
    }

    [Fact]
    public async Task Provider_ClosureAskedForTwice_GivesTheSameOne()
    {
        var provider = await StartAsync(_test.Provider);

        SendClosure(provider, 0, _test.Consumer);
        SendClosure(provider, 0, _test.Consumer);

        var closures = _host.Posted.Where(frame => frame.Kind == FrameKind.ClosureSigned).ToArray();
        Assert.Equal(2, closures.Length);
        Assert.Equal(closures[0].Payload, closures[1].Payload);
    }

    [Fact]
    public async Task Provider_Statement_IsNotTheConsumersToMake()
    {
        var provider = await StartAsync(_test.Provider);

        Assert.False(provider.TryHandle(FrameKind.Statement, new byte[8]));
    }

    [Fact]
    public async Task Consumer_UnitAboveItsCount_IsADispute()
    {
        var consumer = await StartAsync(_test.Consumer);
        Assert.Equal(100_000, consumer.AdmitSend(100_000));

        Send(consumer, Unit(1, 90_000_000), _test.Provider);

        Assert.Equal(GoodbyeReason.Dispute, _host.Failed?.Reason);
        Assert.Equal(100_000ul, consumer.Stats().OwnBytes);
        Assert.Equal(0, consumer.AdmitSend(1_000));
    }

    [Fact]
    public async Task Consumer_Unanswered_StopsSendingAtTwoCheckpointsAndLeaves()
    {
        var consumer = await StartAsync(_test.Consumer);
        long sent = 0;
        int admitted;
        while ((admitted = consumer.AdmitSend(64 * 1024)) > 0)
        {
            sent += admitted;
        }

        Assert.InRange(sent, 9_900_000, 10_000_000);
        Assert.True(consumer.Stats().IsPaused);
        Assert.True(consumer.Stats().OwnUnitBytes < 10_000_000);
        consumer.Tick(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(31));
        consumer.Tick(TimeSpan.Zero);
        Assert.Equal(GoodbyeReason.PauseTimedOut, _host.Ended?.Reason);
    }

    [Fact]
    public async Task Consumer_Unanswered_SendsTheSameUnitAgain()
    {
        var consumer = await StartAsync(_test.Consumer);
        consumer.AdmitSend(64_000);
        var first = TakeDue(consumer);

        _time.Advance(TimeSpan.FromMilliseconds(150));
        consumer.Tick(TimeSpan.Zero);
        Assert.Null(TryTakeDue(consumer));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        consumer.Tick(TimeSpan.Zero);

        Assert.Equal(first, TakeDue(consumer));
    }

    [Fact]
    public async Task Unit_BeforeItIsDurable_DoesNotLeave()
    {
        _journal.Holds = true;
        var consumer = await StartAsync(_test.Consumer);
        consumer.AdmitSend(64_000);
        Assert.Null(TryTakeDue(consumer));

        // Not even as a resend.
        _time.Advance(TimeSpan.FromSeconds(1));
        consumer.Tick(TimeSpan.Zero);
        Assert.Null(TryTakeDue(consumer));

        _journal.Commit();
        await Wait.UntilAsync(() => TryTakeDue(consumer) is not null, "the unit is due");
    }

    [Fact]
    public async Task Units_ManyDurableAtOnce_OnlyTheNewestLeaves()
    {
        _journal.Holds = true;
        var consumer = await StartAsync(_test.Consumer);
        for (var i = 0; i < 10; i++)
        {
            consumer.AdmitSend(64_000);
        }

        var signed = consumer.Stats().UnitsSigned;
        Assert.True(signed >= 5);
        _journal.Commit();
        await Wait.UntilAsync(() => consumer.Evidence.Own?.Unit.Index == (ulong)signed, "all are durable");

        Assert.Equal((ulong)signed, new UnitSection(TakeDue(consumer)).Index);
        Assert.Null(TryTakeDue(consumer));
    }

    private ulong NowMs => (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<UnitEngine> StartAsync(KeySigner signer)
    {
        var engines = new UnitEngines(new UnitEngineParts
        {
            Signer = signer,
            Verifier = new SignatureVerifier(),
            Domain = TestChannel.Domain,
            Journal = _journal,
            Time = _time,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        var engine = await engines.GetAsync(_test.Channel, CancellationToken.None);
        engine.Start(_host);
        return (UnitEngine)engine;
    }

    private UsageUnit Unit(ulong index, ulong bytesUsed) => new(
        _test.Channel.ChannelId,
        index,
        bytesUsed,
        _test.Channel.Terms.Consumer,
        _test.Channel.Terms.Provider,
        NowMs,
        Bytes32.Zero);

    private static void Send(UnitEngine engine, UsageUnit unit, KeySigner signer)
    {
        var section = new byte[FrameLayout.UnitSectionBytes];
        UnitSection.Write(
            section, unit.Index, unit.BytesUsed, unit.TimestampMs, unit.CounterUnit.ToArray(), signer.Sign(unit, TestChannel.Domain).ToArray());
        engine.OnUnit(new UnitSection(section));
    }

    private bool SendClosure(UnitEngine engine, ulong bytesUsed, KeySigner signer)
    {
        var closure = new Closure(_test.Channel.ChannelId, bytesUsed, (NowMs / 1_000) + 3_600);
        var payload = new byte[ClosurePayload.Bytes];
        ClosurePayload.Write(payload, closure.BytesUsed, closure.ValidUntilSeconds, signer.Sign(closure, TestChannel.Domain).ToArray());
        return engine.TryHandle(FrameKind.ClosureSigned, payload);
    }

    private static byte[]? TryTakeDue(UnitEngine engine)
    {
        var section = new byte[FrameLayout.UnitSectionBytes];
        return engine.TryWriteDueUnit(section) ? section : null;
    }

    private static byte[] TakeDue(UnitEngine engine)
    {
        var section = TryTakeDue(engine);
        Assert.NotNull(section);
        return section;
    }
}
