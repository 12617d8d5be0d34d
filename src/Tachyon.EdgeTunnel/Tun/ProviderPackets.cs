using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// A provider's exit for whole packets: one device and one UDP port for all its sessions. What a consumer sends reaches the device
/// only from the address that it was given, and only for where the egress policy allows; the kernel forwards it from there.
/// </summary>
internal sealed class ProviderPackets : IPacketService, IDisposable
{
    private readonly TunDevice _device;
    private readonly UdpPort _port;
    private readonly AddressPool _pool;
    private readonly EgressPolicy _policy;
    private readonly PacketLinkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<uint, PacketLink> _byReceiver = new();
    private readonly ConcurrentDictionary<UInt128, PacketLink> _byAddress = new();
    private readonly DevicePump _devicePump;
    private readonly UdpPump _udpPump;
    private long _unknownDatagrams;

    /// <summary>Takes over the device and the port.</summary>
    public ProviderPackets(
        TunDevice device, UdpPort port, AddressPool pool, EgressPolicy policy, PacketLinkOptions options, TimeProvider time, ILogger logger)
    {
        _device = device;
        _port = port;
        _pool = pool;
        _policy = policy;
        _options = options;
        _time = time;
        _logger = logger;
        LocalPort = port.LocalEndPoint.Port;
        _devicePump = new DevicePump(device, SendOn, logger);
        _udpPump = new UdpPump(port, ReceiveOn, device.Name, logger);
    }

    /// <summary>Makes the device, sets it up, and listens.</summary>
    /// <exception cref="TunException">The machine does not allow the device.</exception>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static ProviderPackets Start(string device, ProvideOptions options, TunMachine machine, TimeProvider time, ILogger logger)
    {
        var pool = new AddressPool(options.TunNetwork, options.TunNetworkV6);
        var opened = machine.OpenDevice(device);
        try
        {
            machine.Ip.Run(ProviderDevice.SetupCommands(device, pool, options.TunMtuBytes));
            return new ProviderPackets(
                opened, UdpPort.Listen(options.Listen), pool, new EgressPolicy(options.EgressAllow, options.Ports, OwnAddresses.OfMachine(time)),
                new PacketLinkOptions { MtuBytes = options.TunMtuBytes }, time, logger);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The UDP port that consumers are told.</summary>
    public int LocalPort { get; }

    /// <summary>Batches of datagrams for no path that there is.</summary>
    public long UnknownDatagrams => Interlocked.Read(ref _unknownDatagrams);

    /// <summary>The path of a channel, for tests and the live view; null where it has none.</summary>
    public PacketLink? Find(ChannelId channelId) =>
        _byAddress.TryGetValue(KeyOf(_pool.Lease(channelId).IPv4.GetAddressBytes()), out var link) ? link : null;

    /// <inheritdoc />
    public IPacketPath? Open(TunnelChannel channel, IUnitEngine engine, RateLimit? rate, PacketsOpenPayload open, Span<byte> answer)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var cipher = RecordCipherChoice.Choose(RecordCipherChoice.Offered, open.Ciphers);
        if (cipher == RecordCipher.None)
        {
            return null;
        }

        var addresses = _pool.Lease(channel.ChannelId);
        var secret = RandomNumberGenerator.GetBytes(Bytes32.Length);
        var options = rate is null ? _options : _options with { HoldBytes = Math.Min(_options.HoldBytes, rate.WaitingBytes) };
        PacketLink? link = null;
        uint receiver;
        do
        {
            receiver = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
            if (_byReceiver.ContainsKey(receiver))
            {
                continue;
            }

            var secrets = new DatagramSecrets(
                Bytes32.FromBytes(open.Secret), Bytes32.FromBytes(secret), channel.ChannelId, open.Receiver, receiver, cipher);
            var number = receiver;
            link?.Dispose();
            link = new PacketLink(
                SessionRole.Provider, engine, secrets, _port, _device, new ProviderPacketJudge(addresses, _policy), options, _time, _logger,
                gone => Forget(gone, number, addresses))
            {
                Rate = rate,
            };
        }
        while (link is null || !_byReceiver.TryAdd(receiver, link));

        _byAddress[KeyOf(addresses.IPv4.GetAddressBytes())] = link;
        _byAddress[KeyOf(addresses.IPv6.GetAddressBytes())] = link;
        PacketsOpenedPayload.Write(
            answer, receiver, cipher, secret, LocalPort, _options.MtuBytes,
            addresses.IPv4.GetAddressBytes(), addresses.IPv6.GetAddressBytes());
        return link;
    }

    /// <summary>Ends all paths, and the device with them.</summary>
    public void Dispose()
    {
        _udpPump.Dispose();
        _devicePump.Dispose();
        foreach (var link in _byReceiver.Values)
        {
            link.Dispose();
        }

        _device.Dispose();
    }

    private void Forget(PacketLink link, uint receiver, TunAddresses addresses)
    {
        // The channel's next session may have its path already.
        _byReceiver.TryRemove(KeyValuePair.Create(receiver, link));
        _byAddress.TryRemove(KeyValuePair.Create(KeyOf(addresses.IPv4.GetAddressBytes()), link));
        _byAddress.TryRemove(KeyValuePair.Create(KeyOf(addresses.IPv6.GetAddressBytes()), link));
    }

    private void SendOn(Span<byte> buffer, in PacketHeader header)
    {
        var packet = buffer.Slice(PacketSender.RoomBeforeBytes, header.PacketBytes);
        if (IpPacket.TryRead(packet, out var ip) && _byAddress.TryGetValue(KeyOf(ip.DestinationOf(packet)), out var link))
        {
            link.Send(buffer, header);
        }
    }

    private void ReceiveOn(Span<byte> received, int datagramBytes, ReadOnlySpan<byte> from)
    {
        if (DatagramHeader.TryRead(received[..Math.Min(datagramBytes, received.Length)], out var header)
            && _byReceiver.TryGetValue(header.Receiver, out var link))
        {
            link.Receive(received, datagramBytes, from);
        }
        else
        {
            Interlocked.Increment(ref _unknownDatagrams);
        }
    }

    private static UInt128 KeyOf(ReadOnlySpan<byte> address)
    {
        // An IPv4 address is no IPv6 address that begins with zeros: the length is part of the key.
        Span<byte> whole = stackalloc byte[16];
        whole.Clear();
        address.CopyTo(whole);
        whole[15] ^= address.Length == 4 ? (byte)4 : (byte)0;
        return MemoryMarshal.Read<UInt128>(whole);
    }
}
