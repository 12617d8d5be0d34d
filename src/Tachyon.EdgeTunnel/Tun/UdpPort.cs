using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>What became of a batch.</summary>
internal enum SendOutcome
{
    /// <summary>Handed to the network.</summary>
    Sent = 1,

    /// <summary>Larger than the path carries.</summary>
    TooLarge = 2,

    /// <summary>Not sent, for whatever reason the network has: lost.</summary>
    Lost = 3,
}

/// <summary>Where a path's datagrams go out.</summary>
internal interface IDatagramPort
{
    /// <summary>The largest datagram that the network can carry at all.</summary>
    int MaxDatagramBytes { get; }

    /// <summary>Sends a batch to an address.</summary>
    SendOutcome Send(DatagramBatch batch, PeerAddress to);
}

/// <summary>
/// A UDP socket that sends and receives many datagrams in one call (UDP_SEGMENT, UDP_GRO). Sending is thread safe; one thread
/// receives. Never fragmented: a datagram that is too large for the path is refused, so that the sender can make it smaller.
/// </summary>
internal sealed unsafe class UdpPort : IDatagramPort, IDisposable
{
    /// <summary>Most bytes that are received at once.</summary>
    public const int ReceiveBytes = 64 * 1024;

    private const int UdpLevel = 17;
    private const int UdpSegment = 103;
    private const int UdpReceiveMany = 104;
    private const int IPv4MtuDiscover = 10;
    private const int IPv6MtuDiscover = 23;
    private const int NeverFragment = 2;
    private const int BufferBytes = 4 * 1024 * 1024;
    private const int IPv6HeaderDifference = 20;

    private readonly Socket _socket;
    private readonly int _descriptor;

    private UdpPort(Socket socket)
    {
        _socket = socket;
        _descriptor = (int)socket.Handle;
        var isIPv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        MaxDatagramBytes = Protocol.Datagrams.DatagramLayout.MaxDatagramBytes - (isIPv6 ? IPv6HeaderDifference : 0);

        // Room for a burst; the system may grant less.
        socket.SendBufferSize = BufferBytes;
        socket.ReceiveBufferSize = BufferBytes;
        Set((int)(isIPv6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP), isIPv6 ? IPv6MtuDiscover : IPv4MtuDiscover, NeverFragment);
        Set(UdpLevel, UdpReceiveMany, 1);
    }

    /// <inheritdoc />
    public int MaxDatagramBytes { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>A port that anyone may send to.</summary>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static UdpPort Listen(IPEndPoint endpoint) => Make(endpoint.AddressFamily, socket => socket.Bind(endpoint));

    /// <summary>A port that exchanges datagrams with one address only.</summary>
    /// <exception cref="SocketException">There is no way to it.</exception>
    public static UdpPort Connect(IPEndPoint remote) => Make(remote.AddressFamily, socket => socket.Connect(remote));

    /// <inheritdoc />
    public SendOutcome Send(DatagramBatch batch, PeerAddress to)
    {
        var segment = new LinuxNative.ControlNumber
        {
            Bytes = (nuint)(sizeof(nuint) + (2 * sizeof(int)) + sizeof(ushort)),
            Level = UdpLevel,
            Type = UdpSegment,
            Value = batch.DatagramBytes,
        };
        fixed (LinuxNative.Vector* vectors = batch.Vectors)
        fixed (byte* name = to.Bytes)
        {
            var message = new LinuxNative.Message
            {
                Name = name,
                NameBytes = (uint)to.Bytes.Length,
                Vectors = vectors,
                VectorCount = (nuint)batch.Vectors.Length,
                Control = batch.Datagrams > 1 ? &segment : null,
                ControlBytes = batch.Datagrams > 1 ? (nuint)sizeof(LinuxNative.ControlNumber) : 0,
            };
            while (LinuxNative.SendMessage(_descriptor, &message, 0) < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error is LinuxNative.MessageTooLong or LinuxNative.InvalidArgument)
                {
                    return SendOutcome.TooLarge;
                }

                if (error != LinuxNative.Interrupted)
                {
                    return SendOutcome.Lost;
                }
            }
        }

        return SendOutcome.Sent;
    }

    /// <summary>Receives what is there.</summary>
    /// <param name="buffer">Receives datagrams of one sender behind each other.</param>
    /// <param name="from">Receives the sender's address: <see cref="PeerAddress.MaxBytes"/>.</param>
    /// <param name="fromBytes">Length of that address.</param>
    /// <param name="datagramBytes">The length of each but the last.</param>
    /// <returns>How many bytes; 0 when there is nothing now, or the network told of something that went wrong.</returns>
    public int TryReceive(Span<byte> buffer, Span<byte> from, out int fromBytes, out int datagramBytes)
    {
        datagramBytes = 0;
        fromBytes = 0;
        var control = default(LinuxNative.ControlNumber);
        fixed (byte* start = buffer, name = from)
        {
            var vector = new LinuxNative.Vector { Start = start, Bytes = (nuint)buffer.Length };
            var message = new LinuxNative.Message
            {
                Name = name,
                NameBytes = PeerAddress.MaxBytes,
                Vectors = &vector,
                VectorCount = 1,
                Control = &control,
                ControlBytes = (nuint)sizeof(LinuxNative.ControlNumber),
            };
            var received = LinuxNative.ReceiveMessage(_descriptor, &message, LinuxNative.DontWait);
            if (received <= 0)
            {
                return 0;
            }

            fromBytes = (int)Math.Min(message.NameBytes, PeerAddress.MaxBytes);
            var isMany = message.ControlBytes > 0 && control is { Level: UdpLevel, Type: UdpReceiveMany, Value: > 0 };
            datagramBytes = isMany ? control.Value : (int)received;
            return (int)received;
        }
    }

    /// <summary>Waits for datagrams.</summary>
    public bool Wait(DescriptorWait wait) => wait.UntilReadable(_descriptor);

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private static UdpPort Make(AddressFamily family, Action<Socket> prepare)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            prepare(socket);
            return new UdpPort(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Set(int level, int name, int value) =>
        _socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
}
