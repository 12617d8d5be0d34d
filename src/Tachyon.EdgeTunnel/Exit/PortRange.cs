using System.Globalization;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>Ports from <paramref name="First"/> to <paramref name="Last"/>, both within 1 to 65535.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>Reads <c>80</c> or <c>8000-8999</c>.</summary>
    public static bool TryParse(string text, out PortRange range)
    {
        range = default;
        var parts = text.Split('-');
        if (parts.Length > 2 || !TryParsePort(parts[0], out var first) || !TryParsePort(parts[^1], out var last) || first > last)
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= ushort.MaxValue;
}
