using System.Buffers.Binary;
using System.Net;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>Which packets a provider lets out: the egress policy, packet by packet.</summary>
public sealed class PacketJudgeTests
{
    private static readonly TunAddresses Consumer = new(IPAddress.Parse("10.73.0.2"), IPAddress.Parse("fd73::2"));

    [Theory]
    [InlineData("10.73.0.2", "1.1.1.1", 6, 443, true)]
    [InlineData("10.73.0.2", "1.1.1.1", 17, 53, true)]
    [InlineData("10.73.0.2", "1.1.1.1", 1, null, true)]
    [InlineData("10.73.0.2", "1.1.1.1", 6, 25, false)]
    [InlineData("10.73.0.2", "1.1.1.1", 47, null, false)]
    [InlineData("10.73.0.2", "1.1.1.1", 58, null, false)]
    [InlineData("10.73.0.3", "1.1.1.1", 6, 443, false)]
    [InlineData("127.0.0.1", "1.1.1.1", 6, 443, false)]
    [InlineData("10.73.0.2", "127.0.0.1", 6, 443, false)]
    [InlineData("10.73.0.2", "10.73.0.1", 6, 443, false)]
    [InlineData("10.73.0.2", "10.73.0.3", 1, null, false)]
    [InlineData("10.73.0.2", "169.254.169.254", 6, 80, false)]
    [InlineData("10.73.0.2", "255.255.255.255", 17, 67, false)]
    [InlineData("10.73.0.2", "224.0.0.251", 17, 5353, false)]
    [InlineData("10.73.0.2", "192.168.1.1", 6, 8080, true)]
    [InlineData("10.73.0.2", "192.168.1.1", 6, 8081, false)]
    [InlineData("10.73.0.2", "192.168.1.1", 1, null, false)]
    [InlineData("fd73::2", "2606:4700::1", 6, 443, true)]
    [InlineData("fd73::2", "2606:4700::1", 58, null, true)]
    [InlineData("fd73::3", "2606:4700::1", 6, 443, false)]
    [InlineData("fd73::2", "fd73::1", 6, 443, false)]
    [InlineData("fd73::2", "::1", 6, 443, false)]
    [InlineData("fd73::2", "fe80::1", 58, null, false)]
    [InlineData("fd73::2", "::ffff:10.0.0.1", 6, 443, false)]
    [InlineData("fd73::2", "64:ff9b::7f00:1", 6, 443, false)]
    public void Allows_Packet_AsThePolicySays(string source, string destination, int protocol, int? port, bool allowed)
    {
        Assert.True(AddressRange.TryParse("192.168.1.1:8080", out var exception));
        var judge = new ProviderPacketJudge(Consumer, new EgressPolicy([exception!]));
        var packet = Packet(source, destination, protocol, port ?? 0);
        Assert.True(IpPacket.TryRead(packet, out var ip));

        // The second time from what is remembered.
        Assert.Equal(allowed, judge.Allows(packet, ip));
        Assert.Equal(allowed, judge.Allows(packet, ip));
    }

    [Fact]
    public void Allows_HeadersThatHideOrRedirect_IsFalse()
    {
        var judge = new ProviderPacketJudge(Consumer, new EgressPolicy());

        // Source routing: 24 bytes of header.
        byte[] options = [.. Packet("10.73.0.2", "1.1.1.1", 6, 443), 0, 0, 0, 0];
        options[0] = 0x46;
        BinaryPrimitives.WriteUInt16BigEndian(options.AsSpan(2), (ushort)options.Length);
        Assert.True(IpPacket.TryRead(options, out var ip));
        Assert.False(judge.Allows(options, ip));

        // A first fragment that does not reach to the port.
        var cut = Packet("10.73.0.2", "1.1.1.1", 17, 53)[..22];
        cut[6] = 0x20;
        BinaryPrimitives.WriteUInt16BigEndian(cut.AsSpan(2), (ushort)cut.Length);
        Assert.True(IpPacket.TryRead(cut, out ip));
        Assert.False(judge.Allows(cut, ip));

        // A later fragment is judged by its address.
        var later = Packet("10.73.0.2", "1.1.1.1", 17, 25);
        later[7] = 10;
        Assert.True(IpPacket.TryRead(later, out ip));
        Assert.True(judge.Allows(later, ip));

        // An IPv6 routing header.
        byte[] routed = [.. Packet("fd73::2", "2606:4700::1", 43, 0), 0, 0, 0, 0, 0, 0, 0, 0];
        routed[40] = 6;
        BinaryPrimitives.WriteUInt16BigEndian(routed.AsSpan(4), (ushort)(routed.Length - 40));
        Assert.True(IpPacket.TryRead(routed, out ip));
        Assert.False(judge.Allows(routed, ip));
    }

    [Fact]
    public void Allows_InTheSteadyState_CostsNoMemory()
    {
        var judge = new ProviderPacketJudge(Consumer, new EgressPolicy());
        var packet = Packet("10.73.0.2", "1.1.1.1", 6, 443);
        Assert.True(IpPacket.TryRead(packet, out var ip));
        _ = judge.Allows(packet, ip);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _ = judge.Allows(packet, ip);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Packet(string source, string destination, int protocol, int port)
    {
        var from = IPAddress.Parse(source).GetAddressBytes();
        var isIPv6 = from.Length == 16;
        var packet = new byte[(isIPv6 ? 40 : 20) + 20];
        packet[0] = (byte)(isIPv6 ? 0x60 : 0x45);
        packet[isIPv6 ? 6 : 9] = (byte)protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(isIPv6 ? 4 : 2), (ushort)(isIPv6 ? 20 : packet.Length));
        from.CopyTo(packet, isIPv6 ? 8 : 12);
        IPAddress.Parse(destination).GetAddressBytes().CopyTo(packet, isIPv6 ? 24 : 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan((isIPv6 ? 40 : 20) + 2), (ushort)port);
        return packet;
    }
}
