using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Udp;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>
/// The UDP socket that one SOCKS client sends to and hears from. It belongs to the client's control connection: only its
/// address is heard, and of that only the port that spoke first.
/// </summary>
internal sealed class SocksRelay : IDisposable
{
    private readonly IPAddress _clientAddress;
    private readonly Lock _lock = new();
    private UdpPeer _client;
    private SocketAddress? _clientTarget;

    private SocksRelay(Socket socket, IPAddress clientAddress)
    {
        Socket = socket;
        _clientAddress = clientAddress;
    }

    public Socket Socket { get; }

    /// <summary>Where the client is to send.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>Opens a relay on the address at which the client reached this node.</summary>
    /// <exception cref="SocketException">The system gives no socket.</exception>
    public static SocksRelay Open(Socket control)
    {
        ArgumentNullException.ThrowIfNull(control);
        var local = ((IPEndPoint)control.LocalEndPoint!).Address;
        var remote = ((IPEndPoint)control.RemoteEndPoint!).Address;
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Blocking = false;
            socket.Bind(new IPEndPoint(local, 0));
            return new SocksRelay(socket, remote);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a datagram comes from the client. The first one decides on its port.</summary>
    public bool Admits(SocketAddress source)
    {
        var peer = UdpPeer.From(source);
        lock (_lock)
        {
            if (_clientTarget is not null)
            {
                return peer == _client;
            }

            if (peer != UdpPeer.From(new IPEndPoint(_clientAddress, peer.Port)))
            {
                return false;
            }

            _client = peer;
            _clientTarget = new IPEndPoint(_clientAddress, peer.Port).Serialize();
            return true;
        }
    }

    /// <summary>Where answers go; null before the client has sent anything.</summary>
    public SocketAddress? ClientTarget
    {
        get
        {
            lock (_lock)
            {
                return _clientTarget;
            }
        }
    }

    /// <summary>Waits until the client has sent something that is not read yet; what others send is thrown away.</summary>
    public async Task WaitForClientAsync(CancellationToken cancellationToken)
    {
        var first = new byte[1];
        var source = new SocketAddress(Socket.AddressFamily);
        while (true)
        {
            await Socket.ReceiveFromAsync(first, SocketFlags.Peek, source, cancellationToken);
            if (Admits(source))
            {
                return;
            }

            await Socket.ReceiveFromAsync(first, SocketFlags.None, source, cancellationToken);
        }
    }

    /// <summary>Throws away what the client has sent so far.</summary>
    public void Drop()
    {
        var source = new SocketAddress(Socket.AddressFamily);
        Span<byte> first = stackalloc byte[1];
        while (Socket.Poll(0, SelectMode.SelectRead))
        {
            Socket.ReceiveFrom(first, SocketFlags.None, source);
        }
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>The relay as the local end of one stream after another; closing it leaves the relay open.</summary>
    internal sealed class Endpoint(SocksRelay relay) : UdpEndpoint(relay.Socket)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the stream is gone.</summary>
        public Task Ended => _ended.Task;

        public override void Close(bool inOrder)
        {
            base.Close(inOrder);
            _ended.TrySetResult();
        }

        protected override int Accept(ReadOnlySpan<byte> datagram, SocketAddress source, Span<byte> message) =>
            relay.Admits(source) && SocksUdpHeader.TryRead(datagram, out var body) ? UdpMessage.Write(message, body) : 0;

        protected override void Forward(ReadOnlySpan<byte> body)
        {
            if (UdpMessage.TryRead(body, out _, out _) != FrameError.None || relay.ClientTarget is not { } client)
            {
                throw new IOException("The peer sent what is no UDP message, or one that nobody can have asked for.");
            }

            var datagram = ArrayPool<byte>.Shared.Rent(SocksUdpHeader.Bytes + body.Length);
            TrySend(datagram.AsSpan(0, SocksUdpHeader.Write(datagram, body)), client);
            ArrayPool<byte>.Shared.Return(datagram);
        }
    }
}
