using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// One authenticated connection between the two parties of one channel: streams, their metering, and the units.
/// </summary>
/// <remarks>
/// <code>
///   local connections ──▶ pumps ──▶ gate ──▶ transport ──▶ peer       a data frame goes from its buffer, a due unit in its header
///   local connections ◀── reader ◀───────── transport ◀── peer       delivered at once, else queued within the window
/// </code>
/// One reader loop; it never waits for anything but the next frame. Senders take turns at the gate. The session ends in
/// order when both sides have said that they send no more data and the engine has settled what was left.
/// </remarks>
internal sealed partial class TunnelSession : IStreamHost, IUnitEngineHost, IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastWordTimeout = TimeSpan.FromSeconds(1);

    // 400 MB/s at this round trip, and more at a shorter one.
    private const int ShortPathWindowBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan ShortPath = TimeSpan.FromMilliseconds(10);

    private readonly IFrameTransport _transport;
    private readonly SessionRole _role;
    private readonly IUnitEngine _engine;
    private readonly IExitConnector? _exit;
    private readonly TunnelOptions _options;
    private readonly SessionServices _services;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FrameSender _sender;
    private readonly ConcurrentDictionary<uint, TunnelStream> _streams = new();
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Lock _roundLock = new();
    private readonly List<SingleWaiter> _shutOut = [];
    private int _round;
    private ITimer? _ticker;
    private EventLoop? _loop;
    private long _growthLeftBytes;
    private uint _lastStreamId;

    /// <summary>A session over a transport whose handshake is done; an exit is given to providers' sessions only.</summary>
    public TunnelSession(
        IFrameTransport transport, SessionRole role, IUnitEngine engine, IExitConnector? exit, SessionServices services, ILogger logger)
    {
        if ((role == SessionRole.Provider) != (exit is not null))
        {
            throw new ArgumentException($"A provider's session needs an exit and a consumer's has none; the role is {role}.", nameof(exit));
        }

        _transport = transport;
        _role = role;
        _engine = engine;
        _exit = exit;
        _options = services.Options;
        _services = services;
        _time = services.Time;
        _logger = logger;
        _growthLeftBytes = _options.SessionGrowthBytes;
        _startedAt = _lastReceivedAt = _lastPingAt = _lastBusyAt = _time.GetTimestamp();
        _sender = new FrameSender(transport, engine, _options.MaxControlBacklogBytes, OnBroken);
    }

    /// <summary>Completes when the session has ended, however it did. Never faults.</summary>
    public Task<SessionEnd> Completion => _ended.Task;

    /// <summary>Whether new streams can be opened.</summary>
    public bool IsOpen => _phase == SessionPhase.Open;

    /// <summary>What the session has done so far.</summary>
    public SessionStats Snapshot() => new(
        _sender.PayloadBytesSent + (_packets?.Carried.SentBytes ?? 0),
        Interlocked.Read(ref _receivedBytes) + (_packets?.Carried.ReceivedBytes ?? 0),
        _sender.FramesSent,
        Interlocked.Read(ref _framesReceived),
        _streams.Count,
        RoundTripTime);

    /// <summary>Starts reading and ticking. Called once.</summary>
    public void Start()
    {
        _loop = EventLoop.TryStart($"pump {_role}");
        if (_loop is { } loop)
        {
            _transport.Join(loop);
        }

        try
        {
            _engine.Start(this);
        }
        catch
        {
            // The connection is whose it was before.
            _loop?.Dispose();
            throw;
        }

        _ticker = _time.CreateTimer(static state => ((TunnelSession)state!).Tick(), this, TickInterval, TickInterval);
        Ping();
        if (_transport.ReceivesOnCallersThread)
        {
            new Thread(() => _ = ReadAsync()) { IsBackground = true, Name = $"tunnel {_role}" }.Start();
        }
        else
        {
            _ = ReadAsync();
        }
    }

    /// <summary>Opens a stream to a target. Consumers only.</summary>
    /// <returns>A connected stream that waits for <see cref="TunnelStream.Attach"/>, or why there is none.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up; the stream is given up with it.</exception>
    public Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken) =>
        OpenStreamAsync(target, cancellationToken);

    /// <summary>Opens a stream of UDP datagrams (<see cref="UdpMessage"/>). As <see cref="OpenAsync"/> otherwise.</summary>
    public Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken) => OpenStreamAsync(null, cancellationToken);

    /// <summary>Hangs up without a word. To end in order, await <see cref="EndAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        OnBroken(new ObjectDisposedException(null, "the session was disposed of"));
        await _ended.Task;
        _stopping.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<CarryOutcome> IStreamHost.CarryAsync(TunnelStream stream)
    {
        while (true)
        {
            // Taken before asking, so that a resumption in between is not missed.
            var round = Volatile.Read(ref _round);
            var outcome = await _sender.CarryAsync(stream, round);
            if (outcome != CarryOutcome.NotAdmitted)
            {
                return outcome;
            }

            await NextRoundAsync(round, stream.SendWaiter);
        }
    }

    bool IStreamHost.HasOneStream => _streams.Count == 1;

    EventLoop? IStreamHost.Loop => _loop;

    void IStreamHost.Post(FrameKind kind, uint streamId, ReadOnlySpan<byte> payload) => Post(kind, streamId, payload);

    bool IStreamHost.TryTakeGrowth(int bytes)
    {
        // Windows double. What is under way is lost with the connection: more of it than a short path can use is of no good.
        if (bytes >= ShortPathWindowBytes && LeastRoundTripTime < ShortPath)
        {
            return false;
        }

        if (Interlocked.Add(ref _growthLeftBytes, -bytes) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _growthLeftBytes, bytes);
        return false;
    }

    void IStreamHost.ReturnGrowth(long bytes) => Interlocked.Add(ref _growthLeftBytes, bytes);

    void IStreamHost.OnStreamDone(TunnelStream stream)
    {
        _streams.TryRemove(stream.Id, out _);
        if (_connecting.TryRemove(stream.Id, out var connecting))
        {
            connecting.Cancel();
            connecting.Dispose();
        }

        if (_pendingOpens.TryRemove(stream.Id, out var pending))
        {
            pending.TrySetResult(OpenOutcome.Failed);
        }
    }

    void IUnitEngineHost.UnitIsDue()
    {
        if (_packets is not { } packets || !packets.TryTakeUnit())
        {
            _sender.UnitIsDue();
        }
    }

    void IUnitEngineHost.Post(FrameKind kind, ReadOnlySpan<byte> payload) => Post(kind, 0, payload);

    void IUnitEngineHost.Resume()
    {
        ReleaseHeld();
        _packets?.Resume();
        BeginRound();
    }

    void IUnitEngineHost.End(GoodbyeReason reason, string detail) => BeginEnd(reason, byPeer: false, detail, offerClosure: false);

    void IUnitEngineHost.Fail(GoodbyeReason reason, string detail) => _ = FailAsync(reason, detail);

    // What the engine does not admit waits until it says that it may be different now: the next round.
    private ValueTask NextRoundAsync(int round, SingleWaiter waiter)
    {
        lock (_roundLock)
        {
            if (_round != round)
            {
                return ValueTask.CompletedTask;
            }

            _shutOut.Add(waiter);
            return waiter.Begin();
        }
    }

    private void BeginRound()
    {
        lock (_roundLock)
        {
            _round++;
            foreach (var waiter in _shutOut)
            {
                // Goes on elsewhere, see SingleWaiter.
                waiter.Release();
            }

            _shutOut.Clear();
        }
    }

    private async Task<StreamOpening> OpenStreamAsync(TargetAddress? target, CancellationToken cancellationToken)
    {
        if (_role != SessionRole.Consumer)
        {
            throw new InvalidOperationException("Only consumers open streams.");
        }

        var pending = new TaskCompletionSource<OpenOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        TunnelStream stream;
        lock (_lock)
        {
            if (_phase != SessionPhase.Open || _lastStreamId == uint.MaxValue)
            {
                return new StreamOpening(OpenOutcome.NotServing, null);
            }

            if (_streams.Count >= _options.MaxStreams)
            {
                return new StreamOpening(OpenOutcome.TooManyStreams, null);
            }

            // Under the lock, so that ids reach the peer in rising order.
            stream = NewStream(++_lastStreamId, isUdp: target is null);
            _pendingOpens[stream.Id] = pending;
            PostOpen(stream.Id, target);
        }

        _sender.SendPosted();
        try
        {
            var outcome = await pending.Task.WaitAsync(cancellationToken);
            return new StreamOpening(outcome, outcome == OpenOutcome.Connected ? stream : null);
        }
        catch (OperationCanceledException)
        {
            stream.Reset(ResetReason.LocalEndClosed);
            throw;
        }
        finally
        {
            _pendingOpens.TryRemove(stream.Id, out _);
        }
    }

    private TunnelStream NewStream(uint streamId, bool isUdp)
    {
        var stream = new TunnelStream(streamId, this, _services, isUdp ? _options.MaxUdpWindowBytes : _options.MaxWindowBytes);
        _streams[streamId] = stream;
        return stream;
    }

    // Sent by the caller, who holds the lock still.
    private void PostOpen(uint streamId, TargetAddress? target)
    {
        if (target is not { } known)
        {
            Post(FrameKind.OpenUdp, streamId, default, isSentNext: true);
            return;
        }

        Span<byte> payload = stackalloc byte[OpenPayload.MaxBytes];
        Post(FrameKind.Open, streamId, payload[..OpenPayload.Write(payload, known)], isSentNext: true);
    }

    private void Post(FrameKind kind, uint streamId, ReadOnlySpan<byte> payload, bool isSentNext = false)
    {
        if (!_sender.TryPost(kind, streamId, payload, isSentNext))
        {
            // Not FailAsync: there is no use in queueing a last word for a peer that does not read.
            OnBroken(new IOException($"The peer does not read: {_options.MaxControlBacklogBytes} bytes of control frames are waiting."));
        }
    }
}
