using System.Net;
using System.Runtime.InteropServices;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>A consumer takes what is meant for it, and nothing that would make its machine a router.</summary>
internal sealed class ConsumerPacketJudge(TunAddresses own) : IPacketJudge
{
    public bool Allows(ReadOnlySpan<byte> packet, in IpPacket ip) => own.Contains(ip.DestinationOf(packet));
}

/// <summary>
/// A provider lets out what comes from the address that it gave, and goes where its egress policy allows: the same policy, address
/// by address and port by port, as that of streams. Not thread-safe; each path has its own.
/// </summary>
/// <remarks>
/// Refused besides: protocols without ports but ICMP, headers that hide the port in a later fragment, and whatever asks routers to
/// send a packet elsewhere than to its destination (IPv4 options, IPv6 extension headers but that of fragments).
/// </remarks>
internal sealed class ProviderPacketJudge(TunAddresses consumer, EgressPolicy policy) : IPacketJudge
{
    private const byte Icmp = 1;
    private const byte IcmpV6 = 58;
    private const int NoPort = -1;
    private const int IPv4HeaderBytes = 20;
    private const int IPv6HeaderBytes = 40;
    private const int FragmentHeaderBytes = 8;
    private const int Verdicts = 512;

    // The policy looks at addresses as objects: what it said about one is kept, so that a packet costs no memory.
    private readonly Verdict[] _verdicts = new Verdict[Verdicts];

    public bool Allows(ReadOnlySpan<byte> packet, in IpPacket ip)
    {
        if (!consumer.Contains(ip.SourceOf(packet)) || !IsPlain(ip))
        {
            return false;
        }

        var port = NoPort;
        if (ip.Protocol is IpPacket.Tcp or IpPacket.Udp && !ip.IsLaterFragment)
        {
            if (ip.DestinationPortOf(packet) is not { } shown)
            {
                return false;
            }

            port = shown;
        }
        else if (ip.Protocol is not (IpPacket.Tcp or IpPacket.Udp) && ip.Protocol != (ip.IsIPv6 ? IcmpV6 : Icmp))
        {
            return false;
        }

        return Judge(ip.DestinationOf(packet), port);
    }

    private static bool IsPlain(in IpPacket ip) => ip.IsIPv6
        ? ip.TransportOffset == IPv6HeaderBytes + (ip.IsFragment ? FragmentHeaderBytes : 0)
        : ip.TransportOffset == IPv4HeaderBytes;

    private bool Judge(ReadOnlySpan<byte> address, int port)
    {
        Span<byte> whole = stackalloc byte[16];
        whole.Clear();
        address.CopyTo(whole);
        var key = MemoryMarshal.Read<UInt128>(whole);
        ref var verdict = ref _verdicts[(uint)HashCode.Combine(key, port, address.Length) % Verdicts];
        if (verdict.Length != address.Length || verdict.Port != port || verdict.Address != key)
        {
            var asked = new IPAddress(address);
            verdict = new Verdict(key, address.Length, port, port == NoPort ? policy.AllowsWithoutPort(asked) : policy.Allows(asked, port));
        }

        return verdict.Allowed;
    }

    private readonly record struct Verdict(UInt128 Address, int Length, int Port, bool Allowed);
}
