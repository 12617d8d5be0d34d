using System.Globalization;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>Splits HOST:PORT, where an IPv6 host stands in brackets.</summary>
internal static class Endpoint
{
    public static bool TrySplit(string text, out string host, out int port)
    {
        host = "";
        port = 0;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        host = text[..colon];
        port = number;
        if (host[0] == '[' && host[^1] == ']')
        {
            host = host[1..^1];
            return host.Contains(':', StringComparison.Ordinal);
        }

        return !host.AsSpan().ContainsAny(": []/");
    }
}
