using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// One session's path for packets: meters them, seals and sends what the device reads, opens and hands over what comes.
/// </summary>
/// <remarks>
/// <code>
///   device ──▶ Send ──▶ admitted? ──▶ sealed ──▶ port ──▶ peer       a due unit rides along
///   device ◀── counted? ◀── judged ◀── opened ◀── Receive ◀── peer   whole packets, after authentication and replay checks
/// </code>
/// What is not admitted now is held for a while. Thread safe: each direction has a lock, and neither is ever waited for while
/// the other is held; what another thread wants done meanwhile is left to whoever holds it.
/// </remarks>
internal sealed partial class PacketLink : IPacketPath
{
    private readonly SessionRole _role;
    private readonly IUnitEngine _engine;
    private readonly PacketLinkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PeerAddress _peer = new();
    private readonly Action<PacketLink> _onDisposed;
    private long _sentBytes;
    private long _receivedBytes;
    private long _refusedPackets;
    private long _lostPackets;
    private volatile bool _activity;
    private volatile bool _ended;
    private volatile bool _disposed;
    private int _disposing;

    public PacketLink(
        SessionRole role, IUnitEngine engine, DatagramSecrets secrets, IDatagramPort port, IPacketDevice device, IPacketJudge judge,
        PacketLinkOptions options, TimeProvider time, ILogger logger, Action<PacketLink>? onDisposed = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _role = role;
        _engine = engine;
        _options = options;
        _time = time;
        _logger = logger;
        _judge = judge;
        _onDisposed = onDisposed ?? (_ => { });
        _sealer = secrets.Sealer(role, options.Limits);
        _opener = secrets.Opener(role == SessionRole.Consumer ? SessionRole.Provider : SessionRole.Consumer, options.Limits);
        _sender = new PacketSender(_sealer, port, _peer);
        _writer = new PacketWriter(device);
        _outHold = new PacketHold(options.HoldBytes);
        _inHold = new PacketHold(options.HoldBytes);
        _gate = new DatagramGate(NowMs);
        _canSend = role == SessionRole.Consumer;
    }

    /// <summary>How fast packets may go, both directions together; null for any speed.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>Bytes of packets sent and received, as they count.</summary>
    public (long SentBytes, long ReceivedBytes) Carried => (Interlocked.Read(ref _sentBytes), Interlocked.Read(ref _receivedBytes));

    /// <summary>How often each side has moved on to its next key.</summary>
    public (ulong Own, ulong Peer) Rekeys => (_sealer.Rekeys, _opener.Rekeys);

    /// <summary>Packets of the peer that this side does not let through.</summary>
    public long RefusedPackets => Interlocked.Read(ref _refusedPackets);

    /// <summary>Packets that found no room to wait.</summary>
    public long LostPackets => Interlocked.Read(ref _lostPackets);

    /// <summary>Groups of the peer that never came, as far as is known.</summary>
    public ulong MissingGroups { get; private set; }

    // Rises with the clock of the machine, whatever people set it to.
    private ulong NowMs => (ulong)(_time.GetTimestamp() / (_time.TimestampFrequency / 1_000));

    public bool TakeActivity()
    {
        var activity = _activity;
        _activity = false;
        return activity;
    }

    public void Resume()
    {
        _outWanted = true;
        _inWanted = true;
        SeeToOut();
        SeeToIn();
    }

    public void Tick()
    {
        if (_role == SessionRole.Consumer && NowMs - Volatile.Read(ref _lastSentMs) >= (ulong)_options.SignOfLifeInterval.TotalMilliseconds)
        {
            _signOfLifeDue = true;
            SeeToOut();
        }

        if (Rate is not null)
        {
            // What waits for its turn, while nothing else comes that would take it along.
            Resume();
        }
    }

    public void EndSending() => _ended = true;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposing, 1) != 0)
        {
            return;
        }

        _disposed = true;
        _onDisposed(this);

        // Whoever is at work is waited for, so that keys are not taken from under it.
        lock (_out)
        {
            _outHold.Clear();
            _sender.Dispose();
        }

        lock (_in)
        {
            _inHold.Clear();
            _opener.Dispose();
        }

        var (sent, received) = Carried;
        LogEnded(sent, received, MissingGroups, RefusedPackets, LostPackets);
    }

    [LoggerMessage(1, LogLevel.Information, "Packets: {SentBytes} bytes sent, {ReceivedBytes} received, {MissingGroups} groups missing, {RefusedPackets} packets refused, {LostPackets} without room")]
    private partial void LogEnded(long sentBytes, long receivedBytes, ulong missingGroups, long refusedPackets, long lostPackets);

    [LoggerMessage(2, LogLevel.Information, "The peer's datagrams come from another address now")]
    private partial void LogRoamed();
}
