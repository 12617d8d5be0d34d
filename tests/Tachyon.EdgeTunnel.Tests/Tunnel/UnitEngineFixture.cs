using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>One engine whose session, journal, clock and peer are the test's.</summary>
public abstract class UnitEngineFixture : IDisposable
{
    private protected TestChannel Test { get; init; } = new();

    private protected FakeTimeProvider Time { get; } = new();

    private protected RecordingHost Host { get; set; } = new();

    private protected MemoryUnitJournal Journal { get; set; } = new();

    public void Dispose()
    {
        Test.Dispose();
        GC.SuppressFinalize(this);
    }

    protected ulong NowMs => (ulong)Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>An engine as a process that starts makes it, from what <see cref="Journal"/> holds, in a session with <see cref="Host"/>.</summary>
    private protected Task<UnitEngine> StartAsync(KeySigner signer) => StartAsync(signer, []);

    /// <summary>As the other, with a peer that shows a unit section, or nothing, or (null) has not shown yet.</summary>
    private protected async Task<UnitEngine> StartAsync(KeySigner signer, byte[]? shown)
    {
        var engine = await EnginesOf(signer).GetAsync(Test.Channel, CancellationToken.None);
        Connect((UnitEngine)engine, shown);
        return (UnitEngine)engine;
    }

    /// <summary>The engines of a process that starts, from what <see cref="Journal"/> holds.</summary>
    private protected UnitEngines EnginesOf(KeySigner signer) => new(new UnitEngineParts
    {
        Signer = signer,
        Verifier = new SignatureVerifier(),
        Domain = TestChannel.Domain,
        Journal = Journal,
        Time = Time,
        LoggerFactory = NullLoggerFactory.Instance,
    });

    private protected void Connect(UnitEngine engine, byte[]? shown)
    {
        engine.Start(Host);
        if (shown is not null)
        {
            Assert.True(engine.TryHandle(FrameKind.UnitShown, shown));
            Host.Resumes = 0;
        }
    }

    protected UsageUnit Unit(ulong index, ulong bytesUsed) => new(
        Test.Channel.ChannelId,
        index,
        bytesUsed,
        Test.Channel.Terms.Consumer,
        Test.Channel.Terms.Provider,
        NowMs,
        Bytes32.Zero);

    private protected static void Send(UnitEngine engine, UsageUnit unit, KeySigner signer) =>
        engine.OnUnit(new UnitSection(Section(unit, signer)));

    private protected static byte[] Section(UsageUnit unit, KeySigner signer)
    {
        var section = new byte[FrameLayout.UnitSectionBytes];
        UnitSection.Write(
            section, unit.Index, unit.BytesUsed, unit.TimestampMs, unit.CounterUnit.ToArray(), signer.Sign(unit, TestChannel.Domain).ToArray());
        return section;
    }

    private protected bool SendClosure(UnitEngine engine, ulong bytesUsed, KeySigner signer, ulong validSeconds = 3_600)
    {
        var closure = new Closure(Test.Channel.ChannelId, bytesUsed, (NowMs / 1_000) + validSeconds);
        var payload = new byte[ClosurePayload.Bytes];
        ClosurePayload.Write(payload, closure.BytesUsed, closure.ValidUntilSeconds, signer.Sign(closure, TestChannel.Domain).ToArray());
        return engine.TryHandle(FrameKind.ClosureSigned, payload);
    }

    private protected void AnswerClosure(UnitEngine consumer, Closure closure)
    {
        var payload = new byte[ClosurePayload.Bytes];
        ClosurePayload.Write(payload, closure.BytesUsed, closure.ValidUntilSeconds, Test.Provider.Sign(closure, TestChannel.Domain).ToArray());
        Assert.True(consumer.TryHandle(FrameKind.ClosureSigned, payload));
    }

    private protected Closure ClosureOf(RecordingHost host)
    {
        var sent = host.Posted.Last(frame => frame.Kind == FrameKind.ClosureSigned).Payload;
        Assert.Equal(FrameError.None, ClosurePayload.TryRead(sent, out var closure));
        return new Closure(Test.Channel.ChannelId, closure.BytesUsed, closure.ValidUntilSeconds);
    }

    private protected static byte[]? TryTakeDue(UnitEngine engine)
    {
        var section = new byte[FrameLayout.UnitSectionBytes];
        return engine.TryWriteDueUnit(section) ? section : null;
    }

    private protected static byte[] TakeDue(UnitEngine engine)
    {
        var section = TryTakeDue(engine);
        Assert.NotNull(section);
        return section;
    }
}
