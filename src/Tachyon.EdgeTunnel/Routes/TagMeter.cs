using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Meters one session of a route at its exit: what it counts goes to the route's tag and to the pool. No units are exchanged
/// within it. Used for one session.
/// </summary>
internal sealed class TagMeter(ExitPool pool, Bytes32 tag, TimeProvider time) : IUnitEngine
{
    // As long as a provider waits for a consumer's unit (protocol, Units).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private volatile IUnitEngineHost? _host;
    private long _pausedAt;

    public Bytes32 Tag => tag;

    public void Start(IUnitEngineHost host)
    {
        _host = host;
        pool.Attach(this);
    }

    public int AdmitSend(int wantedBytes) => Note(pool.Admit(tag, wantedBytes, partly: true));

    public bool TryAdmitWhole(int bytes) => TryCountReceived(bytes);

    public bool TryCountReceived(int bytes) => Note(pool.Admit(tag, bytes, partly: false)) == bytes;

    public bool TryWriteDueUnit(Span<byte> section) => false;

    public void OnUnit(UnitSection section) => _host?.Fail(GoodbyeReason.ProtocolViolation, "a unit within a route, where none are exchanged");

    public bool TryHandle(FrameKind kind, ReadOnlySpan<byte> payload) => false;

    public void Ending()
    {
    }

    public void Quiesce(bool toClose)
    {
        pool.WantCount(tag);
        _host?.Settled();
    }

    public void Tick(TimeSpan roundTripTime)
    {
        var pausedAt = Interlocked.Read(ref _pausedAt);
        if (pausedAt != 0 && time.GetElapsedTime(pausedAt) > Patience)
        {
            _host?.End(GoodbyeReason.PauseTimedOut, "the proxy has let this route use no more for too long");
        }
    }

    public void Stop()
    {
        _host = null;

        // Also after a connection that broke: what the consumer did not get it learns from this count.
        pool.WantCount(tag);
        pool.Detach(this);
    }

    /// <summary>More may be counted now.</summary>
    public void Resume() => _host?.Resume();

    /// <summary>The route or the pool is over.</summary>
    public void End(GoodbyeReason reason, string detail) => _host?.End(reason, detail);

    private int Note(int admittedBytes)
    {
        if (admittedBytes > 0)
        {
            Interlocked.Exchange(ref _pausedAt, 0);
        }
        else
        {
            Interlocked.CompareExchange(ref _pausedAt, time.GetTimestamp(), 0);
        }

        return admittedBytes;
    }
}
