using System.Net;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>A block of addresses and a port: what an egress exception allows, written <c>127.0.0.1/32:8080</c>.</summary>
/// <param name="Network">The addresses.</param>
/// <param name="Port">The port, or null for all.</param>
internal sealed record AddressRange(IPNetwork Network, int? Port)
{
    /// <summary>
    /// Reads <c>address</c>, <c>address/bits</c>, and either with <c>:port</c>; IPv6 with a port is written in brackets,
    /// <c>[fd00::/8]:443</c>.
    /// </summary>
    public static bool TryParse(string text, out AddressRange? range)
    {
        ArgumentNullException.ThrowIfNull(text);
        range = null;
        int? port = null;
        var network = text;
        var portStart = text.LastIndexOf(':');
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']');
            if (close < 0)
            {
                return false;
            }

            network = text[1..close];
            var rest = text[(close + 1)..];
            if (rest.Length > 0 && (rest[0] != ':' || !TryParsePort(rest[1..], out port)))
            {
                return false;
            }
        }
        else if (portStart >= 0 && text.IndexOf(':') == portStart)
        {
            network = text[..portStart];
            if (!TryParsePort(text[(portStart + 1)..], out port))
            {
                return false;
            }
        }

        if (!network.Contains('/'))
        {
            network += network.Contains(':') ? "/128" : "/32";
        }

        // Bits beyond the prefix are more likely a slip than meant: 10.0.0.1/8 allows far more than one address.
        if (!IPNetwork.TryParse(network, out var parsed) || !network.StartsWith($"{parsed.BaseAddress}/", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        range = new AddressRange(parsed, port);
        return true;
    }

    /// <summary>Whether the address and port are in it. An address is compared as it is, never as what it maps to.</summary>
    public bool Contains(IPAddress address, int port) =>
        (Port is null || Port == port) && address.AddressFamily == Network.BaseAddress.AddressFamily && Network.Contains(address);

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Port is null ? $"{Network}" : $"[{Network}]:{Port}";

    private static bool TryParsePort(string text, out int? port)
    {
        port = null;
        if (!ushort.TryParse(text, out var value) || value == 0)
        {
            return false;
        }

        port = value;
        return true;
    }
}
