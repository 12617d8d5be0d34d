using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Meters a session with an exit into the lock that pays for it: what the session counts goes to the lock's engine, and the
/// engine's units go to the proxy through its gateway instead of into frames (protocol, Routes, 6).
/// </summary>
/// <remarks>
/// <code>
///   session with the exit ──▶ counts ──▶ engine of the lock ──▶ units ──▶ gateway ──▶ proxy
///                         ◀── resume ◀──                    ◀── units ◀── gateway ◀──
/// </code>
/// It begins before the session, since the exit knows the route only once the proxy has passed on what was signed first. Used once.
/// </remarks>
internal sealed partial class LockMeter : IUnitEngine, IUnitEngineHost, IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CloseRetryInterval = TimeSpan.FromSeconds(1);

    // The gateway counts requests that not much was used for: so many leave it room for others of this node's.
    private static readonly TimeSpan SubmitInterval = TimeSpan.FromMilliseconds(10);

    private readonly ConsumerUnitEngine _engine;
    private readonly GatewayClient _gateway;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _closes;
    private volatile IUnitEngineHost? _session;
    private volatile string? _heldUpBy;
    private long _roundTripTicks;
    private ITimer? _ticker;
    private Task _sending = Task.CompletedTask;
    private Task _relaying = Task.CompletedTask;
    private Task _ending = Task.CompletedTask;

    /// <summary>A meter of a lock's engine, which has no session.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="gateway">The proxy's gateway.</param>
    /// <param name="closes">Whether the lock is to be closed, and not to be used.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where log messages go.</param>
    public LockMeter(ConsumerUnitEngine engine, GatewayClient gateway, bool closes, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(gateway);
        _engine = engine;
        _gateway = gateway;
        _closes = closes;
        _time = time;
        _logger = logger;
    }

    /// <summary>The lock.</summary>
    public ChannelId LockId => _engine.Channel.ChannelId;

    /// <summary>Why the proxy has not taken the first unit yet; null when it has, or nothing is known.</summary>
    public string? HeldUpBy => _heldUpBy;

    /// <summary>Completes when the proxy has taken a unit of this lock: from then on the exit may know the route.</summary>
    public Task Taken => _taken.Task;

    /// <summary>Takes up the lock. Called once.</summary>
    public void Begin()
    {
        _sending = SendAsync(_stopping.Token);
        _engine.Start(this);
        _ticker = _time.CreateTimer(static state => ((LockMeter)state!).TickEngine(), this, TickInterval, TickInterval);
    }

    /// <summary>Both sides sign a closure at a route step. Returns what came of it, in words; both are in the journal where it succeeded.</summary>
    /// <param name="mostUnusedBytes">For how many bytes that nobody used it may sign, to reach the next route step where the proxy closes at nothing less.</param>
    /// <param name="patience">How long to wait for the proxy.</param>
    /// <param name="cancellationToken">Gives up; what is signed stays.</param>
    public async Task<string> CloseAsync(ulong mostUnusedBytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        _ending = EndAsync(mostUnusedBytes, _stopping.Token);
        try
        {
            return await _settled.Task.WaitAsync(patience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return _heldUpBy ?? "the proxy does not answer";
        }
    }

    /// <summary>What the proxy's gateway says of this lock.</summary>
    public void Hear(GatewayPush push)
    {
        switch (push)
        {
            case ProxyUnit { IsOfLock: true } unit:
                _engine.OnUnit(unit.Unit);
                break;
            case ClosureOffered offered when offered.Signer == _engine.Channel.Terms.Provider:
                TakeClosure(offered.Closure);
                break;
        }
    }

    void IUnitEngine.Start(IUnitEngineHost host) => _session = host;

    int IUnitEngine.AdmitSend(int wantedBytes) => _engine.AdmitSend(wantedBytes);

    bool IUnitEngine.TryAdmitWhole(int bytes) => _engine.TryAdmitWhole(bytes);

    bool IUnitEngine.TryCountReceived(int bytes) => _engine.TryCountReceived(bytes);

    bool IUnitEngine.TryWriteDueUnit(Span<byte> section) => false;

    void IUnitEngine.OnUnit(UnitSection section) =>
        _session?.Fail(GoodbyeReason.ProtocolViolation, "a unit within a route, where none are exchanged");

    bool IUnitEngine.TryHandle(FrameKind kind, ReadOnlySpan<byte> payload) => false;

    void IUnitEngine.Ending()
    {
    }

    void IUnitEngine.Quiesce(bool toClose) => _engine.Quiesce(toClose: false);

    void IUnitEngine.Tick(TimeSpan roundTripTime)
    {
        // The engine's peer is the proxy, and not the one that the session measures.
    }

    void IUnitEngine.Stop() => _session = null;

    // Where one waits to be sent already, the newest is taken then.
    void IUnitEngineHost.UnitIsDue() => _due.Writer.TryWrite(true);

    void IUnitEngineHost.Resume() => _session?.Resume();

    void IUnitEngineHost.Post(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.UnitShown:
                if (_closes)
                {
                    // Before it is up: nothing is signed ahead on a lock that is not used any more.
                    _engine.Quiesce(toClose: true);
                }

                // A proxy shows no more than its own units, which come as such.
                _engine.TryHandle(FrameKind.UnitShown, []);
                break;
            case FrameKind.ClosureSigned when ClosurePayload.TryRead(payload, out var closure) == FrameError.None:
                var signed = new Closure(LockId, closure.BytesUsed, closure.ValidUntilSeconds);
                _relaying = RelayAsync(new CloseRelay(signed, Protocol.Signing.Signature.FromBytes(closure.Signature), null), _stopping.Token);
                break;
        }
    }

    void IUnitEngineHost.Settled()
    {
        _settled.TrySetResult("both sides have signed");
        _session?.Settled();
    }

    void IUnitEngineHost.End(GoodbyeReason reason, string detail)
    {
        _settled.TrySetResult(detail);
        _session?.End(reason, detail);
    }

    void IUnitEngineHost.Fail(GoodbyeReason reason, string detail)
    {
        _settled.TrySetResult(detail);
        _session?.Fail(reason, detail);
    }

    /// <summary>Lets go of the lock. The session, if there was one, has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _ticker?.Dispose();
        _engine.Stop();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _relaying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void TickEngine()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _engine.Tick(TimeSpan.FromTicks(Interlocked.Read(ref _roundTripTicks)));
        }
    }

    // One at a time, the newest each: units are cumulative. What is not taken is signed or sent again by the engine.
    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var takenBytes = 0ul;
        while (true)
        {
            await _due.Reader.ReadAsync(cancellationToken);
            if (_engine.TakeDueUnit() is not { } unit)
            {
                continue;
            }

            var sentAt = _time.GetTimestamp();
            var isTaken = await SubmitAsync(unit, cancellationToken);
            var pause = RetryInterval;
            if (isTaken)
            {
                Interlocked.Exchange(ref _roundTripTicks, _time.GetElapsedTime(sentAt).Ticks);
                pause = unit.Unit.BytesUsed - takenBytes < ProtocolConstants.UnitIntervalBytes ? SubmitInterval : TimeSpan.Zero;
                takenBytes = unit.Unit.BytesUsed;
            }

            var rest = pause - _time.GetElapsedTime(sentAt);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, _time, cancellationToken);
            }
        }
    }

    private async Task<bool> SubmitAsync(SignedUnit unit, CancellationToken cancellationToken)
    {
        var answer = await _gateway.AskAsync(new SubmitUnits([new ChannelUnits(unit, null)]), cancellationToken);
        var refusal = answer.IsDone ? answer.Reply.Channels[0].Refusal : answer.Refusal;
        if (answer.IsDone && refusal == RefusalReason.None)
        {
            _heldUpBy = null;
            _taken.TrySetResult();
            if (answer.Reply.Channels[0].Answer is { } proxys)
            {
                _engine.OnUnit(proxys);
            }

            return true;
        }

        // Until the proxy sees the lock active at its own finality it takes none.
        _heldUpBy = answer.IsDone ? $"the proxy does not take units of lock {LockId} yet: {RouteRefusal.Words(refusal)}" : answer.Text;
        LogNotTaken(LockId, _heldUpBy);
        return false;
    }

    // Where less was used than its units lead to, the proxy is asked for its closure at less: it signs that first, or says that it has promised
    // more, and only then this side signs up to the next step. Had this side signed the lesser one first and been refused, it could sign no other.
    private async Task EndAsync(ulong mostUnusedBytes, CancellationToken cancellationToken)
    {
        while (_engine.LesserStep() is { } bytes)
        {
            var answer = await _gateway.AskAsync(new ClosureRequest(LockId, bytes), cancellationToken);
            if (answer is { IsDone: true, Reply.Counterpart: { } offer })
            {
                _engine.TakeOffer(offer);
                return;
            }

            if (answer.Refusal == RefusalReason.BelowPromised)
            {
                break;
            }

            _heldUpBy = answer.Text.Length > 0 ? answer.Text : "the proxy has not said yet at what it would close";
            await Task.Delay(CloseRetryInterval, _time, cancellationToken);
        }

        var unusedBytes = _engine.UnusedAtStepBytes();
        if (unusedBytes <= mostUnusedBytes)
        {
            _engine.Quiesce(toClose: true);
        }
        else
        {
            _settled.TrySetResult(
                $"the proxy closes it at the next route step alone, for {unusedBytes} bytes that were not used: channels close pays them, force-close waits for the rest instead");
        }
    }

    private async Task RelayAsync(CloseRelay relay, CancellationToken cancellationToken)
    {
        while (!_settled.Task.IsCompleted)
        {
            var answer = await _gateway.AskAsync(relay, cancellationToken);
            if (answer is { IsDone: true, Reply.Counterpart: { } counterpart } && counterpart.Closure == relay.Closure)
            {
                TakeClosure(counterpart);
                return;
            }

            _heldUpBy = answer.Text.Length > 0 ? answer.Text : "the proxy has not signed its part of the end yet";
            await Task.Delay(CloseRetryInterval, _time, cancellationToken);
        }
    }

    private void TakeClosure(SignedClosure closure)
    {
        if (closure.Closure.ChannelId != LockId)
        {
            return;
        }

        Span<byte> payload = stackalloc byte[ClosurePayload.Bytes];
        ClosurePayload.Write(payload, closure.Closure.BytesUsed, closure.Closure.ValidUntilSeconds, closure.Signature.ToArray());
        _engine.TryHandle(FrameKind.ClosureSigned, payload);
    }

    [LoggerMessage(LogLevel.Debug, "A unit of lock {LockId} was not taken: {Reason}")]
    private partial void LogNotTaken(ChannelId lockId, string reason);
}
