using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>A stretch of network between a consumer's and a provider's port that loses, doubles and reorders datagrams.</summary>
internal sealed class LossyForwarder : IDisposable
{
    private readonly Socket _front = Bind();
    private readonly IPEndPoint _target;
    private readonly Random _random = new(7);
    private readonly Lock _lock = new();
    private volatile Socket _back = Bind();
    private volatile IPEndPoint? _client;
    private volatile byte[]? _late;
    private long _forwarded;
    private long _lost;

    public LossyForwarder(IPEndPoint target)
    {
        _target = target;
        Start(() => _front, isFront: true);
        Start(() => _back, isFront: false);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_front.LocalEndPoint!;

    /// <summary>The share of datagrams that are lost, 0 to 1.</summary>
    public double Loss { get; set; }

    /// <summary>The share of datagrams that come twice.</summary>
    public double Duplication { get; set; }

    /// <summary>The share of datagrams that come behind the next.</summary>
    public double Reordering { get; set; }

    public long Forwarded => Interlocked.Read(ref _forwarded);

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>The last datagram that went to the provider.</summary>
    public byte[]? Seen { get; private set; }

    /// <summary>From now on the consumer seems to be at another port.</summary>
    public void Roam()
    {
        var old = _back;
        _back = Bind();
        Start(() => _back, isFront: false);
        old.Dispose();
    }

    /// <summary>Sends anything to the provider, from another address than the consumer's.</summary>
    public void Inject(byte[] datagram)
    {
        using var other = Bind();
        other.SendTo(datagram, _target);
    }

    public void Dispose()
    {
        _front.Dispose();
        _back.Dispose();
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = 4 * 1024 * 1024,
            SendBufferSize = 4 * 1024 * 1024,
        };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private void Start(Func<Socket> own, bool isFront) => new Thread(() => Run(own(), isFront)) { IsBackground = true }.Start();

    private void Run(Socket socket, bool isFront)
    {
        var buffer = new byte[2_048];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var bytes = socket.ReceiveFrom(buffer, ref from);
                if (isFront)
                {
                    _client = (IPEndPoint)from;
                    Seen = buffer[..bytes];
                }

                Pass(buffer.AsSpan(0, bytes), isFront);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                // Nobody listens there yet.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Pass(ReadOnlySpan<byte> datagram, bool toProvider)
    {
        lock (_lock)
        {
            if (_random.NextDouble() < Loss)
            {
                Interlocked.Increment(ref _lost);
                return;
            }

            if (toProvider && _late is null && _random.NextDouble() < Reordering)
            {
                _late = datagram.ToArray();
                return;
            }

            Send(datagram, toProvider);
            if (_random.NextDouble() < Duplication)
            {
                Send(datagram, toProvider);
            }

            if (toProvider && _late is { } late)
            {
                _late = null;
                Send(late, toProvider);
            }
        }
    }

    private void Send(ReadOnlySpan<byte> datagram, bool toProvider)
    {
        Interlocked.Increment(ref _forwarded);
        if (toProvider)
        {
            _back.SendTo(datagram, _target);
        }
        else if (_client is { } client)
        {
            _front.SendTo(datagram, client);
        }
    }
}
