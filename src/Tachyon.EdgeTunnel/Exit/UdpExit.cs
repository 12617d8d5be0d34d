using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Udp;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>
/// A UDP association at the exit: one socket, every target judged by the egress policy, and answers taken only from the
/// very address and port that were sent to of late, so that nobody else's datagrams reach the consumer or its bill.
/// </summary>
internal sealed class UdpExit : UdpEndpoint
{
    private readonly EgressPolicy _policy;
    private readonly UdpExitOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly RecentPeers _peers;
    private readonly UdpNames _names;
    private readonly bool _isDual;
    private readonly ITimer _idle;
    private long _lastSentAt;
    private bool _ipv6Unreachable;
    private bool _ipv4Unreachable;

    private volatile bool _wasIdle;

    private UdpExit(Socket socket, bool isDual, EgressPolicy policy, IExitResolver resolver, UdpExitOptions options, TimeProvider time)
        : base(socket)
    {
        _policy = policy;
        _options = options;
        _time = time;
        _isDual = isDual;
        _peers = new RecentPeers(options.IdleTimeout, options.MaxPeers, time);
        _names = new UdpNames(resolver, options, time, SendResolved, Closed);
        _lastSentAt = time.GetTimestamp();
        var interval = options.IdleTimeout / 10;
        _idle = time.CreateTimer(static state => ((UdpExit)state!).Tick(), this, interval, interval);
    }

    /// <summary>Where the socket is bound.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>Opens an association.</summary>
    /// <exception cref="SocketException">The system gives no socket.</exception>
    public static UdpExit Open(EgressPolicy policy, IExitResolver resolver, UdpExitOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(resolver);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var isDual = Socket.OSSupportsIPv6;
        var socket = new Socket(isDual ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (isDual)
            {
                socket.DualMode = true;
            }

            socket.Blocking = false;
            socket.Bind(new IPEndPoint(isDual ? IPAddress.IPv6Any : IPAddress.Any, 0));
            return new UdpExit(socket, isDual, policy, resolver, options, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override bool WasIdle => _wasIdle;

    public override void Close(bool inOrder)
    {
        base.Close(inOrder);
        _idle.Dispose();
        Socket.Dispose();
    }

    protected override int Accept(ReadOnlySpan<byte> datagram, SocketAddress source, Span<byte> message)
    {
        var peer = UdpPeer.From(source);
        lock (_lock)
        {
            if (!_peers.Knows(peer))
            {
                return 0;
            }
        }

        Span<byte> address = stackalloc byte[16];
        return UdpMessage.Write(message, address[..peer.WriteAddress(address)], peer.Port, datagram);
    }

    protected override void Forward(ReadOnlySpan<byte> body)
    {
        if (UdpMessage.TryRead(body, out var target, out var dataStart) != FrameError.None)
        {
            throw new IOException("The peer sent what is no UDP message.");
        }

        Volatile.Write(ref _lastSentAt, _time.GetTimestamp());
        var data = body[dataStart..];
        if (target.Address is { } address)
        {
            Send(address, target.Port, data);
        }
        else if (_policy.MayAllow(target.Port))
        {
            // Refused ports do not even ask for the name.
            _names.Send(target.Name!, target.Port, data);
        }
    }

    // The first address that is allowed and whose family works here; it is the one that was judged.
    private void SendResolved(IPAddress[] addresses, ushort port, ReadOnlySpan<byte> data)
    {
        foreach (var address in addresses)
        {
            if (Send(address, port, data))
            {
                return;
            }
        }
    }

    private bool Send(IPAddress address, ushort port, ReadOnlySpan<byte> data)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (!_policy.Allows(address, port))
        {
            return false;
        }

        lock (_lock)
        {
            var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
            if (IsClosed || (isIPv6 ? _ipv6Unreachable || !_isDual : _ipv4Unreachable))
            {
                return false;
            }

            var target = new IPEndPoint(_isDual ? address.MapToIPv6() : address, port).Serialize();
            _peers.Note(UdpPeer.From(target));
            if (TrySend(data, target))
            {
                return true;
            }

            // Not tried again for a moment: a failing send costs more than a datagram pays.
            (_ipv6Unreachable, _ipv4Unreachable) = (_ipv6Unreachable || isIPv6, _ipv4Unreachable || !isIPv6);
            return false;
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            (_ipv6Unreachable, _ipv4Unreachable) = (false, false);
        }

        if (_time.GetElapsedTime(Volatile.Read(ref _lastSentAt)) >= _options.IdleTimeout)
        {
            _wasIdle = true;
            Close(inOrder: true);
        }
    }
}
