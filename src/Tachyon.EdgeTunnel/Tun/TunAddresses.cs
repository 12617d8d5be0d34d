using System.Net;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>The addresses of one end of a path.</summary>
/// <param name="IPv4">Its IPv4 address.</param>
/// <param name="IPv6">Its IPv6 address.</param>
internal sealed record TunAddresses(IPAddress IPv4, IPAddress IPv6)
{
    /// <summary>Whether an address is of a network that anyone may use for themselves (RFC 1918, 6598 and 4193).</summary>
    public static bool IsPrivate(ReadOnlySpan<byte> address) => address.Length == 4
        ? (address[0], address[1]) is (10, _) or (172, >= 16 and <= 31) or (192, 168) or (100, >= 64 and <= 127)
        : (address[0] & 0xFE) == 0xFC;

    /// <summary>Whether these are the bytes of one of them.</summary>
    public bool Contains(ReadOnlySpan<byte> address) =>
        address.SequenceEqual(_ipv4) || address.SequenceEqual(_ipv6);

    private readonly byte[] _ipv4 = IPv4.GetAddressBytes();
    private readonly byte[] _ipv6 = IPv6.GetAddressBytes();
}
