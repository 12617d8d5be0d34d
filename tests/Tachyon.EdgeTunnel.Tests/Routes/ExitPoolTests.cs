using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>What an exit serves of one route, whichever of its sessions asks.</summary>
public sealed class ExitPoolTests : IDisposable
{
    private const int CreditBytes = 100_000;

    private static readonly Bytes32 Tag = Keccak256.HashText("exit pool tests, tag");

    private readonly TestChannel _test = new();
    private readonly InterruptingTime _time = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task TwoSessionsOfOneTag_GetItsCreditOnce()
    {
        var (pool, ledger) = await StartAsync();
        var first = pool.MeterOf(Tag)!;
        var second = pool.MeterOf(Tag)!;

        // While the one's bytes are being counted, the other asks for as many.
        var byOther = -1;
        _time.Interrupt = () => byOther = second.AdmitSend(CreditBytes);
        var byFirst = first.AdmitSend(CreditBytes);

        Assert.Equal((CreditBytes, 0), (byFirst, byOther));
        Assert.Equal((ulong)CreditBytes, ledger.Find(Tag)!.Value.CountBytes);
    }

    private async Task<(ExitPool Pool, ExitLedger Ledger)> StartAsync()
    {
        var engines = new UnitEngines(new UnitEngineParts
        {
            Signer = _test.Provider,
            Verifier = new SignatureVerifier(),
            Domain = TestChannel.Domain,
            Journal = new MemoryUnitJournal(),
            Time = _time,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        var engine = (ProviderUnitEngine)await engines.GetAsync(_test.Channel, CancellationToken.None);
        engine.Start(new RecordingHost());
        Assert.True(engine.TryHandle(FrameKind.UnitShown, []));

        var ledger = new ExitLedger(_test.Channel.Terms, TestChannel.Domain, _test.Provider, new SignatureVerifier());
        ledger.Admit(Tag, _test.Stranger.Address);
        var credit = new TagCredit(_test.Channel.ChannelId, Tag, CreditBytes);
        Assert.NotNull(ledger.TakeCredit(new SignedTagCredit(credit, _test.Consumer.Sign(credit, TestChannel.Domain)), out _));

        // Nothing is reported here, so there is neither journal nor gateway.
        return (new ExitPool(engine, ledger, null!, null!, new FakeTimeProvider(), NullLogger.Instance), ledger);
    }

    /// <summary>A clock that does something once when it is looked at, as another thread might just then.</summary>
    private sealed class InterruptingTime : TimeProvider
    {
        private readonly FakeTimeProvider _inner = new();

        public Action? Interrupt { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            var interrupt = Interrupt;
            Interrupt = null;
            interrupt?.Invoke();
            return _inner.GetUtcNow();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _inner.CreateTimer(callback, state, dueTime, period);
    }
}
