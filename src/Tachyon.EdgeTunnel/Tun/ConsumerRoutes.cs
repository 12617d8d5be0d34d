using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// Leads this machine's traffic into the device, and keeps it there: while the tunnel is down nothing leaves in the clear, also
/// after this process was killed.
/// </summary>
/// <remarks>
/// <code>
///   7300  to PROVIDER, GATEWAY, RPC   lookup main                        what carries the tunnel itself
///   7301  all                         lookup main, but its default       networks that this machine is connected to
///   7302  all                         lookup 7373: default dev NAME, else blackhole
/// </code>
/// A device goes with its process and takes its routes along; the rules and the blackhole stay until this node stops in order
/// or starts again.
/// </remarks>
internal sealed class ConsumerRoutes(IpCommand ip, string device)
{
    private const int Table = 7373;
    private const int PassRule = 7300;
    private const int ConnectedRule = 7301;
    private const int TunnelRule = 7302;

    private static readonly string[] Families = ["-4", "-6"];

    private readonly HashSet<IPAddress> _passing = [];
    private readonly Lock _lock = new();

    /// <summary>What removes all of it again; also by hand, after a crash.</summary>
    public static IReadOnlyList<string> ClearCommands { get; } =
    [
        .. Families.SelectMany(family => new[]
        {
            $"{family} rule del pref {TunnelRule}",
            $"{family} rule del pref {ConnectedRule}",
            $"{family} route flush table {Table}",
        }),
    ];

    /// <summary>Closes all ways out but those that the tunnel needs.</summary>
    /// <param name="mtuBytes">The device's MTU until the provider tells.</param>
    /// <param name="passing">Addresses that stay reachable: those of the gateway and of the RPC endpoint.</param>
    public void Close(int mtuBytes, IEnumerable<IPAddress> passing)
    {
        Clear();
        ip.Run([$"link set dev {device} mtu {mtuBytes} up", $"link set dev {device} gso_max_size 61440"]);
        foreach (var address in passing)
        {
            LetPass(address);
        }

        ip.Run(Families.SelectMany(family => new[]
        {
            $"{family} route replace blackhole default metric 4000 table {Table}",
            $"{family} route replace default dev {device} metric 10 table {Table}",
            $"{family} rule add pref {ConnectedRule} lookup main suppress_prefixlength 0",
            $"{family} rule add pref {TunnelRule} lookup {Table}",
        }));
    }

    /// <summary>An address that is reached beside the tunnel from now on: the provider's.</summary>
    public void LetPass(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return;
        }

        lock (_lock)
        {
            if (_passing.Add(address))
            {
                ip.Run([$"{FamilyOf(address)} rule add pref {PassRule} to {address} lookup main"]);
            }
        }
    }

    /// <summary>The device's addresses, as the provider gave them.</summary>
    public void Configure(TunAddresses own, int mtuBytes) => ip.Run(
    [
        $"link set dev {device} mtu {mtuBytes}",
        $"-4 addr flush dev {device}",
        $"-6 addr flush dev {device} scope global",
        $"-4 addr replace {own.IPv4}/32 dev {device}",
        $"-6 addr replace {own.IPv6}/128 dev {device} nodad",
        .. Families.Select(family => $"{family} route replace default dev {device} metric 10 table {Table}"),
    ]);

    /// <summary>Opens the ways out again.</summary>
    public void Clear()
    {
        ip.Try(ClearCommands);

        // Each deletion takes one of the rules that let an address pass.
        ip.Try(Families.SelectMany(family => Enumerable.Repeat($"{family} rule del pref {PassRule}", 32)));
        lock (_lock)
        {
            _passing.Clear();
        }
    }

    private static string FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? "-6" : "-4";
}
