using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// A consumer's device, over all its sessions: what the machine sends there goes through whatever session there is, and nowhere
/// while there is none.
/// </summary>
internal sealed partial class ConsumerPackets : IDisposable
{
    private readonly TunDevice _device;
    private readonly Action<TunAddresses, int> _configure;
    private readonly Func<IPEndPoint, UdpPort> _connect;
    private readonly PacketLinkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DevicePump _pump;
    private volatile PacketLink? _link;
    private long _droppedPackets;
    private volatile Setup? _configured;

    /// <summary>Takes over the device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="configure">Gives it the addresses and the MTU that a provider told.</param>
    /// <param name="connect">Makes the port for a provider's address.</param>
    /// <param name="options">How paths treat what they cannot carry at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where messages go.</param>
    public ConsumerPackets(
        TunDevice device, Action<TunAddresses, int> configure, Func<IPEndPoint, UdpPort> connect, PacketLinkOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _device = device;
        _configure = configure;
        _connect = connect;
        _time = time;
        _logger = logger;
        _pump = new DevicePump(device, SendOn, logger);
    }

    /// <summary>The interface's name.</summary>
    public string Name => _device.Name;

    /// <summary>Somebody sends while the tunnel is down.</summary>
    public event Action? Wanted;

    /// <summary>Packets that came while the tunnel was down; none of them left this machine.</summary>
    public long DroppedPackets => Interlocked.Read(ref _droppedPackets);

    /// <summary>The path that there is now; null while the tunnel is down.</summary>
    public PacketLink? Link => _link;

    /// <summary>Leads packets through a session, until it ends.</summary>
    /// <returns>False where the provider carries no packets, or the session ended first.</returns>
    /// <exception cref="TunException">The device cannot be given its addresses.</exception>
    public async Task<bool> AttachAsync(ConsumerTunnel tunnel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tunnel);
        if (tunnel.Remote is not { } remote)
        {
            return false;
        }

        var receiver = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var secret = RandomNumberGenerator.GetBytes(Bytes32.Length);
        var open = new byte[PacketsOpenPayload.Bytes];
        PacketsOpenPayload.Write(open, receiver, RecordCipherChoice.Offered, secret);
        var answer = await tunnel.AskForPacketsAsync(open, cancellationToken);
        if (Read(answer, receiver, secret, tunnel.Channel.ChannelId) is not { } opened)
        {
            return false;
        }

        if (_configured is not { } configured || configured.MtuBytes != opened.MtuBytes
            || !configured.Own.IPv4.Equals(opened.Own.IPv4) || !configured.Own.IPv6.Equals(opened.Own.IPv6))
        {
            _configure(opened.Own, opened.MtuBytes);
            _configured = new Setup(opened.Own, opened.MtuBytes);
        }

        UdpPort port;
        try
        {
            port = _connect(new IPEndPoint(remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address, opened.Port));
        }
        catch (SocketException fault)
        {
            LogNoPort(fault.Message);
            return false;
        }

        UdpPump? pump = null;
        var options = _options with { MtuBytes = opened.MtuBytes };
        var link = new PacketLink(
            SessionRole.Consumer, tunnel.Engine, opened.Secrets, port, _device, new ConsumerPacketJudge(opened.Own), options, _time, _logger,
            gone =>
            {
                Interlocked.CompareExchange(ref _link, null, gone);
                Volatile.Read(ref pump)?.Dispose();
            });
        Volatile.Write(ref pump, new UdpPump(port, link.Receive, _device.Name, _logger));
        _link = link;
        tunnel.Attach(link);
        LogUp(_device.Name, opened.Own.IPv4, opened.Own.IPv6, opened.MtuBytes);
        return true;
    }

    /// <summary>Ends the path, and the device with it.</summary>
    public void Dispose()
    {
        _pump.Dispose();
        _link?.Dispose();
        _device.Dispose();
    }

    private static Opened? Read(byte[] answer, uint receiver, byte[] secret, ChannelId channelId)
    {
        // Only such addresses as nobody else has: a provider must not make this machine answer for its network, or for the chain's.
        if (PacketsOpenedPayload.TryRead(answer, out var opened) != FrameError.None || !opened.IsServed
            || !RecordCipherChoice.Offered.Contains(opened.Cipher) || !TunAddresses.IsPrivate(opened.IPv4) || !TunAddresses.IsPrivate(opened.IPv6))
        {
            return null;
        }

        return new Opened(
            new DatagramSecrets(Bytes32.FromBytes(secret), Bytes32.FromBytes(opened.Secret), channelId, receiver, opened.Receiver, opened.Cipher),
            opened.Port,
            opened.MtuBytes,
            new TunAddresses(new IPAddress(opened.IPv4), new IPAddress(opened.IPv6)));
    }

    private void SendOn(Span<byte> buffer, in PacketHeader header)
    {
        var packet = buffer.Slice(PacketSender.RoomBeforeBytes, header.PacketBytes);
        if (!IpPacket.TryRead(packet, out var ip) || IsNoise(ip.DestinationOf(packet)))
        {
            return;
        }

        // From no other address: the provider would refuse it, and it would have to be paid for all the same.
        if (_link is { } link && _configured is { } configured && configured.Own.Contains(ip.SourceOf(packet)))
        {
            link.Send(buffer, header);
        }
        else
        {
            // It goes nowhere: the next of its kind may find a session.
            Interlocked.Increment(ref _droppedPackets);
            Wanted?.Invoke();
        }
    }

    // What systems tell their neighbours all the time: there are none in a tunnel, and it is no reason to buy anything.
    private static bool IsNoise(ReadOnlySpan<byte> destination) => destination.Length == 4
        ? destination[0] >= 224
        : destination[0] == 0xFF || (destination[0] == 0xFE && (destination[1] & 0xC0) == 0x80);

    [LoggerMessage(1, LogLevel.Information, "{Device} is up with {IPv4} and {IPv6}, MTU {MtuBytes}")]
    private partial void LogUp(string device, IPAddress ipv4, IPAddress ipv6, int mtuBytes);

    [LoggerMessage(2, LogLevel.Warning, "No UDP port for the provider: {Reason}")]
    private partial void LogNoPort(string reason);

    private sealed record Setup(TunAddresses Own, int MtuBytes);

    private sealed record Opened(DatagramSecrets Secrets, int Port, int MtuBytes, TunAddresses Own);
}
