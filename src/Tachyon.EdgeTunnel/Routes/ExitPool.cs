using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// An exit's side of a pool: the routes that the proxy names, each served up to its credit and all together as the pool's units
/// allow, what was counted of each, and the units, which come and go through the proxy's gateway (protocol, Routes, 6).
/// </summary>
/// <remarks>
/// <para>Two things allow a payload: the route's credit, which is no money, and the pool's engine, which counts it as any provider's
/// does. A count that was signed is durable before it leaves.</para>
/// <para>Thread-safe. No session is called with the lock held.</para>
/// </remarks>
internal sealed partial class ExitPool : IUnitEngineHost, IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    // The gateway counts requests that not much was used for: so many leave it room for others of this node's.
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(10);

    // Credit left over in crumbs is not worth a frame each: the next credit brings more.
    private const ulong MinPartBytes = 4 * 1024;

    private readonly ProviderUnitEngine _engine;
    private readonly ExitLedger _ledger;
    private readonly ExitRouteTable _table;
    private readonly GatewayClient _gateway;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<Bytes32, TagMeter> _meters = [];

    // Bytes of a tag that are being counted at this moment.
    private readonly Dictionary<Bytes32, ulong> _reserved = [];
    private readonly HashSet<Bytes32> _wanted = [];
    private readonly HashSet<Bytes32> _unreported = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly RateMeter _rate = new(smoothing: 1);
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ITimer? _ticker;
    private ITimer? _unitTimer;
    private long _reportedAt;
    private ulong _roundTripMs;
    private ulong _countedBytes;
    private Task _reporting = Task.CompletedTask;

    public ExitPool(ProviderUnitEngine engine, ExitLedger ledger, ExitRouteTable table, GatewayClient gateway, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(ledger);
        _engine = engine;
        _ledger = ledger;
        _table = table;
        _gateway = gateway;
        _time = time;
        _logger = logger;
        _unreported.UnionWith(ledger.Routes.Where(route => route.Newest is not null).Select(route => route.Tag));
    }

    public ChannelId PoolId => _ledger.PoolId;

    /// <summary>The proxy.</summary>
    public Address Proxy => _ledger.Terms.Consumer;

    /// <summary>On which of the gateway's connections the pool was attached; 0 before the first.</summary>
    public long AttachedOn { get; set; }

    /// <summary>How many routes the proxy has named.</summary>
    public int Routes
    {
        get
        {
            lock (_lock)
            {
                return _ledger.Routes.Count;
            }
        }
    }

    /// <summary>Whether the proxy has all that this side has to say.</summary>
    public bool HasSaidAll
    {
        get
        {
            lock (_lock)
            {
                return _wanted.Count == 0 && _unreported.Count == 0;
            }
        }
    }

    // With the lock held.
    private ulong StepBytes => SignAhead.RouteStepBytes(_rate.BytesPerSecond, Interlocked.Read(ref _roundTripMs), ProtocolConstants.MaxSignAheadBytes);

    private ulong NowMs => (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes up the pool. Called once; false where the proxy uses the channel as any consumer does, and this is of no use then.</summary>
    public bool TryBegin()
    {
        if (!_engine.TryStart(this))
        {
            _stopping.Dispose();
            return false;
        }

        _unitTimer = _time.CreateTimer(static state => ((ExitPool)state!).Signal(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _reporting = ReportAsync(_stopping.Token);
        _ticker = _time.CreateTimer(static state => ((ExitPool)state!).Tick(), this, TickInterval, TickInterval);
        return true;
    }

    /// <summary>Who may use a route; null where the proxy has named none with this tag.</summary>
    public Address? FindKey(Bytes32 tag)
    {
        lock (_lock)
        {
            return _ledger.Find(tag)?.RouteKey;
        }
    }

    /// <summary>A meter for a session of a route; null where the proxy has named none with this tag.</summary>
    public TagMeter? MeterOf(Bytes32 tag) => FindKey(tag) is null ? null : new TagMeter(this, tag, _time);

    /// <summary>What the proxy's gateway says of this pool. The signatures on it are judged here.</summary>
    public void Hear(GatewayPush push)
    {
        switch (push)
        {
            case ProxyUnit { IsOfLock: false } unit:
                Take(unit.Unit);
                break;
            case RouteCredits credits:
                if (credits.Unit is { } along)
                {
                    Take(along);
                }

                Take(credits.Routes);
                break;
            case RoutesEnded ended:
                _ = EndRoutesAsync(ended.Tags);
                break;
        }
    }

    /// <summary>A connection is new: what the proxy may not have had is said again.</summary>
    public void SayAgain()
    {
        lock (_lock)
        {
            _unreported.UnionWith(_ledger.Routes.Where(route => route.Newest is not null).Select(route => route.Tag));
        }

        Signal();
    }

    public void Attach(TagMeter meter)
    {
        lock (_lock)
        {
            _meters[meter.Tag] = meter;
        }
    }

    public void Detach(TagMeter meter)
    {
        lock (_lock)
        {
            if (_meters.GetValueOrDefault(meter.Tag) == meter)
            {
                _meters.Remove(meter.Tag);
            }
        }
    }

    /// <summary>Counts bytes of a route, whichever of its sessions carries them, as far as its credit and the pool allow.</summary>
    /// <returns>How many; without <paramref name="partly"/> all or none.</returns>
    public int Admit(Bytes32 tag, int wantedBytes, bool partly)
    {
        int part;
        lock (_lock)
        {
            // What another thread is counting just now is spoken for, in whichever session of the tag.
            var free = _ledger.AllowedBytes(tag);
            free -= Math.Min(free, _reserved.GetValueOrDefault(tag));
            if (free < (ulong)wantedBytes && (!partly || free < MinPartBytes))
            {
                return 0;
            }

            part = (int)Math.Min(free, (ulong)wantedBytes);
            _reserved[tag] = _reserved.GetValueOrDefault(tag) + (ulong)part;
        }

        var admitted = 0;
        bool isDue;
        try
        {
            admitted = partly ? _engine.AdmitSend(part) : _engine.TryCountReceived(part) ? part : 0;
        }
        finally
        {
            isDue = Count(tag, (ulong)part, admitted);
        }

        if (isDue)
        {
            Signal();
        }

        return admitted;
    }

    // Whether a count of the route is due by now.
    private bool Count(Bytes32 tag, ulong reservedBytes, int admittedBytes)
    {
        lock (_lock)
        {
            if (_reserved[tag] == reservedBytes)
            {
                _reserved.Remove(tag);
            }
            else
            {
                _reserved[tag] -= reservedBytes;
            }

            if (_ledger.Find(tag) is null)
            {
                return false;
            }

            var nowMs = NowMs;
            _ledger.Count(tag, admittedBytes, nowMs);
            _rate.Add(admittedBytes);
            Interlocked.Add(ref _countedBytes, (ulong)admittedBytes);
            return _ledger.IsCountDue(tag, _wanted.Contains(tag), nowMs, StepBytes);
        }
    }

    /// <summary>What was counted of a route is to be stated, however little.</summary>
    public void WantCount(Bytes32 tag)
    {
        lock (_lock)
        {
            _wanted.Add(tag);
        }

        Signal();
    }

    /// <summary>Ends every session of the pool's routes.</summary>
    public void EndSessions(GoodbyeReason reason, string detail)
    {
        foreach (var meter in Meters())
        {
            meter.End(reason, detail);
        }
    }

    // A unit rides with the next count; alone where that takes too long.
    void IUnitEngineHost.UnitIsDue()
    {
        var rest = ReportInterval - _time.GetElapsedTime(Interlocked.Read(ref _reportedAt));
        if (rest <= TimeSpan.Zero)
        {
            Signal();
        }
        else
        {
            _unitTimer?.Change(rest, Timeout.InfiniteTimeSpan);
        }
    }

    void IUnitEngineHost.Resume()
    {
        foreach (var meter in Meters())
        {
            meter.Resume();
        }
    }

    void IUnitEngineHost.Post(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.UnitShown:
                // A proxy shows no more than its own units, which come as such.
                _engine.TryHandle(FrameKind.UnitShown, []);
                break;
            case FrameKind.ClosureSigned when ClosurePayload.TryRead(payload, out var closure) == FrameError.None:
                var signed = new Protocol.Channels.Closure(PoolId, closure.BytesUsed, closure.ValidUntilSeconds);
                _ = _gateway.AskAsync(new CloseRelay(signed, Signature.FromBytes(closure.Signature), null), _stopping.Token);
                break;
        }
    }

    void IUnitEngineHost.Settled()
    {
    }

    void IUnitEngineHost.End(GoodbyeReason reason, string detail) => EndSessions(reason, detail);

    void IUnitEngineHost.Fail(GoodbyeReason reason, string detail)
    {
        LogFailed(PoolId, detail);
        EndSessions(reason, detail);
    }

    /// <summary>Lets go of the pool. Its sessions have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        _ticker?.Dispose();
        _unitTimer?.Dispose();
        await _stopping.CancelAsync();
        await _reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _engine.Stop();
        _stopping.Dispose();
    }

    private void Take(SignedUnit unit)
    {
        using var turn = WritingTurn.Begin();
        _engine.OnUnit(unit);
    }

    private void Take(IReadOnlyList<RouteCredit> routes)
    {
        var raised = new List<TagMeter>();
        lock (_lock)
        {
            foreach (var route in routes)
            {
                _ledger.Admit(route.Tag, route.RouteKey);
                var credit = new TagCredit(PoolId, route.Tag, route.BytesUsed);
                if (_ledger.TakeCredit(new SignedTagCredit(credit, route.Signature), out var fault) is not null
                    && _meters.TryGetValue(route.Tag, out var meter))
                {
                    raised.Add(meter);
                }

                if (fault != SignatureFault.None)
                {
                    LogCreditRefused(PoolId, fault);
                }
            }
        }

        foreach (var meter in raised)
        {
            meter.Resume();
        }
    }

    private TagMeter[] Meters()
    {
        lock (_lock)
        {
            return [.. _meters.Values];
        }
    }

    private void Tick()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _engine.Tick(TimeSpan.Zero);
        bool isDue;
        lock (_lock)
        {
            _rate.Tick(_time.GetTimestamp(), _time);
            isDue = _meters.Keys.Any(tag => _ledger.IsCountDue(tag, false, NowMs, StepBytes));
        }

        if (isDue)
        {
            Signal();
        }
    }

    private void Signal() => _due.Writer.TryWrite(true);

    [LoggerMessage(LogLevel.Warning, "A credit of pool {PoolId} is not the proxy's: {Fault}")]
    private partial void LogCreditRefused(ChannelId poolId, SignatureFault fault);

    [LoggerMessage(LogLevel.Error, "Pool {PoolId} serves no more: {Detail}")]
    private partial void LogFailed(ChannelId poolId, string detail);

    [LoggerMessage(LogLevel.Warning, "The proxy's gateway does not take a report on pool {PoolId}: {Reason}")]
    private partial void LogNotReported(ChannelId poolId, string reason);
}
