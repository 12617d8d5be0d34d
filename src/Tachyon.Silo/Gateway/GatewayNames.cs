using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// The names under which edges reach this gateway. A proof of a key is taken only if it names one of them: otherwise a
/// hostile gateway could pass our nonce to an edge that dialled it, and act here in the edge's name.
/// </summary>
internal sealed class GatewayNames
{
    private readonly Lazy<HashSet<string>> _names;

    public GatewayNames(GatewayOptions options, IServer server) => _names = new(() =>
        options.Names.Length > 0 ? [.. options.Names] : [.. Listening(server)]);

    /// <summary>Known only once the server listens.</summary>
    public IReadOnlyCollection<string> All => _names.Value;

    public bool Accepts(string authority) => _names.Value.Contains(authority);

    private static IEnumerable<string> Listening(IServer server) =>
        from address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []
        let binding = BindingAddress.Parse(address)
        from host in HostsOf(binding.Host)
        select $"{host}:{binding.Port}";

    private static IEnumerable<string> HostsOf(string host)
    {
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var ip))
        {
            return host is "*" or "+" ? EveryHost() : [host.ToLowerInvariant()];
        }

        return ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) ? EveryHost()
            : IPAddress.IsLoopback(ip) ? [Written(ip), "localhost"]
            : [Written(ip)];
    }

    private static IEnumerable<string> EveryHost() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => Written(unicast.Address))
        .Concat(["localhost", Dns.GetHostName().ToLowerInvariant()]);

    private static string Written(IPAddress ip) => ip.AddressFamily == AddressFamily.InterNetworkV6
        ? $"[{new IPAddress(ip.GetAddressBytes())}]"
        : ip.ToString();
}
