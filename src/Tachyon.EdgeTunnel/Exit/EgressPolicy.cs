using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>
/// Which targets a provider's exit connects to. By default only public unicast addresses: neither the provider's own
/// machine, nor its network, nor the metadata service of its cloud.
/// </summary>
/// <remarks>
/// Judges addresses, never names: the exit asks about the very address that it then connects to, so no DNS answer, and
/// no second one, gets past it. IPv6 addresses that carry an IPv4 address are judged by that one too.
/// </remarks>
internal sealed class EgressPolicy
{
    // RFC 6890 and its registries: everything that is not globally reachable unicast.
    private static readonly IPNetwork[] RefusedIPv4 = Parse(
        "0.0.0.0/8", // this network
        "10.0.0.0/8", // private
        "100.64.0.0/10", // carrier-grade NAT
        "127.0.0.0/8", // loopback
        "168.63.129.16/32", // a public address at which one cloud serves its machines' metadata
        "169.254.0.0/16", // link-local, metadata services
        "172.16.0.0/12", // private
        "192.0.0.0/24", // protocol assignments, another cloud's metadata
        "192.0.2.0/24", // documentation
        "192.88.99.0/24", // 6to4 relays, retired
        "192.168.0.0/16", // private
        "198.18.0.0/15", // benchmarks
        "198.51.100.0/24", // documentation
        "203.0.113.0/24", // documentation
        "224.0.0.0/4", // multicast
        "240.0.0.0/4"); // reserved, broadcast

    private static readonly IPNetwork[] RefusedIPv6 = Parse(
        "64:ff9b:1::/48", // local translation: its IPv4 part may stand anywhere
        "100::/64", // discard
        "2001::/23", // protocol assignments, with Teredo
        "2001:db8::/32", // documentation
        "3fff::/20", // documentation
        "5f00::/16"); // segment routing

    private static readonly IPNetwork GlobalUnicastIPv6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork TranslatedIPv6 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork CompatibleIPv6 = IPNetwork.Parse("::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    private readonly AddressRange[] _allowed;
    private readonly PortRule _ports;
    private readonly OwnAddresses? _own;

    /// <summary>A policy with exceptions.</summary>
    /// <param name="allowed">Targets that are allowed though they would be refused by default, on any port they name.</param>
    /// <param name="ports">Which ports are allowed otherwise.</param>
    /// <param name="own">This machine's addresses, refused also where they are public; null to refuse none besides.</param>
    public EgressPolicy(IEnumerable<AddressRange>? allowed = null, PortRule? ports = null, OwnAddresses? own = null)
    {
        _own = own;
        _allowed = allowed?.ToArray() ?? [];
        _ports = ports ?? PortRule.Default;
    }

    /// <summary>Whether the exit may connect to the address on the port.</summary>
    public bool Allows(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        foreach (var range in _allowed)
        {
            if (range.Contains(address, port))
            {
                return true;
            }
        }

        return _ports.Allows(port) && IsElsewhere(address);
    }

    /// <summary>Whether packets of a protocol without ports, such as ICMP, may go to the address.</summary>
    public bool AllowsWithoutPort(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsElsewhere(address) || _allowed.Any(range => range.Port is null && range.Contains(address, 0));
    }

    /// <summary>Whether the port could be allowed for any address: spares a look-up where it could not.</summary>
    public bool MayAllow(int port) => _ports.Allows(port) || _allowed.Any(range => range.Port is null || range.Port == port);

    /// <summary>Whether an address is public unicast, also in what it embeds.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !IsIn(RefusedIPv4, address);
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        return CarriedBy(address, out var plain) is { } carried
            ? !IsIn(RefusedIPv4, carried)
            : GlobalUnicastIPv6.Contains(plain) && !IsIn(RefusedIPv6, plain);
    }

    // The IPv4 address that an IPv6 address stands for: mapped, compatible, translated or 6to4.
    private static IPAddress? CarriedBy(IPAddress address, out IPAddress plain)
    {
        // A zone would let one spelling of an address differ from another.
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        plain = new IPAddress(bytes);
        if (plain.IsIPv4MappedToIPv6 || CompatibleIPv6.Contains(plain) || TranslatedIPv6.Contains(plain))
        {
            return new IPAddress(bytes[12..]);
        }

        return SixToFour.Contains(plain) ? new IPAddress(bytes[2..6]) : null;
    }

    private bool IsElsewhere(IPAddress address) => IsPublic(address) && !IsOwn(address);

    private bool IsOwn(IPAddress address) => _own is { } own
        && (own.Contains(address)
            || (address.AddressFamily == AddressFamily.InterNetworkV6 && CarriedBy(address, out _) is { } carried && own.Contains(carried)));

    private static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
