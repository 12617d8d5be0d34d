namespace Tachyon.EdgeTunnel.Tun;

/// <summary>How a provider's device is set up. Forwarding and address translation beyond it are the machine's (docs/edge.md).</summary>
internal static class ProviderDevice
{
    /// <summary>What brings the device up with this node's own addresses.</summary>
    public static IReadOnlyList<string> SetupCommands(string device, AddressPool pool, int mtuBytes) =>
    [
        $"link set dev {device} mtu {mtuBytes} up",
        $"-4 addr replace {pool.Own.IPv4}/{pool.IPv4.PrefixLength} dev {device}",
        $"-6 addr replace {pool.Own.IPv6}/{pool.IPv6.PrefixLength} dev {device} nodad",
    ];
}
