using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>The shapes that settings have. Each reason completes the sentence "SETTING …".</summary>
internal static class SettingParsers
{
    public static bool Text(string text, out string value, out string reason)
    {
        value = text;
        reason = "must not be empty";
        return !string.IsNullOrWhiteSpace(text);
    }

    /// <summary>http or https.</summary>
    public static bool HttpUrl(string text, out Uri value, out string reason)
    {
        reason = "must be an http:// or https:// URL";
        return Uri.TryCreate(text, UriKind.Absolute, out value!) && value.Scheme is "http" or "https" && value.Host.Length > 0;
    }

    /// <summary>ws or wss; http and https are turned into these.</summary>
    public static bool WebSocketUrl(string text, out Uri value, out string reason)
    {
        reason = "must be a ws://, wss://, http:// or https:// URL";
        if (!Uri.TryCreate(text, UriKind.Absolute, out value!) || value.Host.Length == 0)
        {
            return false;
        }

        var scheme = value.Scheme switch { "http" => "ws", "https" => "wss", var other => other };
        value = new UriBuilder(value) { Scheme = scheme, Port = value.Port }.Uri;
        return scheme is "ws" or "wss";
    }

    public static bool ExistingFile(string text, out string value, out string reason)
    {
        value = text;
        reason = "no such file";
        return File.Exists(text);
    }

    /// <summary>A file whose first line is USER:PASSWORD, each of 1 to 255 bytes, as SOCKS 5 has them. What it holds is never repeated.</summary>
    public static bool ProxyCredentials(string text, out ProxyCredentials? value, out string reason)
    {
        value = null;
        try
        {
            var line = File.ReadLines(text).FirstOrDefault() ?? "";
            var parts = line.Split(':', 2);
            reason = "its first line must be USER:PASSWORD, each of 1 to 255 bytes";
            if (parts.Length != 2 || parts.Any(part => Encoding.UTF8.GetByteCount(part) is 0 or > 255))
            {
                return false;
            }

            value = new ProxyCredentials(parts[0], parts[1]);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            reason = $"cannot be read: {fault.Message}";
            return false;
        }
    }

    /// <summary>IP:PORT; port 0 lets the system choose.</summary>
    public static bool IpEndPoint(string text, out IPEndPoint value, out string reason)
    {
        reason = "must be IP:PORT, e.g. 127.0.0.1:1080 or [::1]:1080";
        value = new IPEndPoint(IPAddress.None, 0);
        if (!Endpoint.TrySplit(text, out var host, out var port) || !IPAddress.TryParse(host, out var address))
        {
            return false;
        }

        value = new IPEndPoint(address, port);
        return true;
    }

    /// <summary>HOST:PORT with a port from 1 to 65535.</summary>
    public static bool HostPort(string text, out string value, out string reason)
    {
        value = text;
        reason = "must be HOST:PORT with a port from 1 to 65535";
        return Endpoint.TrySplit(text, out _, out var port) && port > 0;
    }

    public static bool YesOrNo(string text, out bool value, out string reason)
    {
        reason = "must be yes or no";
        value = text is "yes" or "true";
        return value || text is "no" or "false";
    }

    /// <summary>0 to 1,000,000 parts per million.</summary>
    public static bool PartsPerMillion(string text, out uint value, out string reason) =>
        Number(text, 0, 1_000_000, out value, out reason);

    /// <summary>The name of a network device.</summary>
    public static bool DeviceName(string text, out string value, out string reason)
    {
        value = text;
        reason = "must be 1 to 15 letters, digits, '-', '_' or '.', as devices are called";
        return text.Length is > 0 and <= 15 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && text.Trim('.').Length > 0;
    }

    public static bool AllOrNone(string text, out bool value, out string reason)
    {
        value = text == "all";
        reason = "must be all or none";
        return text is "all" or "none";
    }

    /// <summary>The size of packets that devices and paths carry; IPv6 needs 1280 at least.</summary>
    public static bool Mtu(string text, out int value, out string reason)
    {
        var fits = Number(text, 1_280, 9_000, out var bytes, out reason);
        value = (int)bytes;
        return fits;
    }

    /// <summary>A private IPv4 network with room for the consumers' addresses.</summary>
    public static bool TunNetwork(string text, out IPNetwork value, out string reason)
    {
        reason = "must be a private IPv4 network of 8 to 24 bits, e.g. 10.73.0.0/24";
        return IPNetwork.TryParse(text, out value) && value.BaseAddress.AddressFamily == AddressFamily.InterNetwork
            && value.PrefixLength is >= 8 and <= 24 && TunAddresses.IsPrivate(value.BaseAddress.GetAddressBytes());
    }

    /// <summary>A private IPv6 network with room for the consumers' addresses.</summary>
    public static bool TunNetworkV6(string text, out IPNetwork value, out string reason)
    {
        reason = "must be a private IPv6 network (fd00::/8) of 8 to 112 bits, e.g. fd74:6163:6879::/64";
        return IPNetwork.TryParse(text, out value) && value.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6
            && value.PrefixLength is >= 8 and <= 112 && TunAddresses.IsPrivate(value.BaseAddress.GetAddressBytes());
    }

    /// <summary>Whole seconds within bounds.</summary>
    public static SettingParser<TimeSpan> Seconds(uint least, uint most) => (string text, out TimeSpan value, out string reason) =>
    {
        var fits = Number(text, least, most, out var seconds, out reason);
        value = TimeSpan.FromSeconds(seconds);
        return fits;
    };

    /// <summary>A decimal number of MB that comes to whole KB; the value is in bytes.</summary>
    public static bool CapacityMB(string text, out ulong value, out string reason)
    {
        // (2^48 − 1) KB is the most that a channel holds (protocol, Terms).
        const decimal mostKB = 281_474_976_710_655m;
        value = 0;
        reason = "must be a number of MB from 0.001 to 281474976710.655 with at most 3 decimals";
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var megabytes) || megabytes > mostKB)
        {
            return false;
        }

        var kilobytes = megabytes * 1_000m;
        if (kilobytes < 1 || kilobytes > mostKB || kilobytes != decimal.Truncate(kilobytes))
        {
            return false;
        }

        value = (ulong)kilobytes * 1_000UL;
        return true;
    }

    /// <summary>Tokens per MB as people write them, above zero and within 96 bits of base units.</summary>
    public static bool Price(string text, out TokenAmount value, out string reason)
    {
        reason = $"must be a price in IPX above 0 with at most {TokenAmount.Decimals} decimals, e.g. 0.0005";
        return TokenAmount.TryParseTokens(text, out value) && !value.IsZero && value <= TokenAmount.MaxPrice;
    }

    /// <summary>A node's address; null stands for auto.</summary>
    public static bool AddressOf(string text, out Address value, out string reason)
    {
        reason = "must be an address (0x and 40 hexadecimal digits; in mixed case with a right checksum)";
        return Address.TryParse(text, out value);
    }

    public static bool AddressOrAuto(string text, out Address? value, out string reason)
    {
        value = null;
        reason = "must be auto or an address (0x and 40 hexadecimal digits; in mixed case with a right checksum)";
        if (text == "auto")
        {
            return true;
        }

        var valid = Address.TryParse(text, out var address);
        value = address;
        return valid;
    }

    /// <summary>"any", or addresses with commas between them.</summary>
    public static bool ProxiesOrAny(string text, out RouteAcceptance value, out string reason)
    {
        value = RouteAcceptance.None;
        reason = "must be any, or addresses of proxies with commas between them";
        if (text == "any")
        {
            value = new RouteAcceptance(true, RouteAcceptance.None.Proxies);
            return true;
        }

        var proxies = new HashSet<Address>();
        foreach (var part in text.Split(','))
        {
            if (!Address.TryParse(part.Trim(), out var proxy))
            {
                return false;
            }

            proxies.Add(proxy);
        }

        value = new RouteAcceptance(false, proxies);
        return true;
    }

    public static bool EgressRange(string text, out AddressRange value, out string reason)
    {
        reason = "must be IP, IP/BITS or either with :PORT, e.g. 127.0.0.1:8080 or [fd00::/8]:443";
        var valid = AddressRange.TryParse(text, out var range);
        value = range!;
        return valid;
    }

    /// <summary>A list of ports and ranges of ports; "none" is an empty one.</summary>
    public static bool PortList(string text, out IReadOnlyList<PortRange> value, out string reason)
    {
        reason = "must be ports from 1 to 65535 and ranges of them, e.g. 80,443,8000-8999";
        value = [];
        if (text == "none")
        {
            return true;
        }

        var ranges = new List<PortRange>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!PortRange.TryParse(part, out var range))
            {
                return false;
            }

            ranges.Add(range);
        }

        value = ranges;
        return true;
    }

    /// <summary>MB a second as a decimal number; the value is in bytes a second.</summary>
    public static bool BytesPerSecond(string text, out long value, out string reason)
    {
        reason = "must be a number of MB a second from 0.001 to 1000000";
        value = 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var megabytes) || megabytes is < 0.001m or > 1_000_000m)
        {
            return false;
        }

        value = (long)(megabytes * 1_000_000m);
        return true;
    }

    /// <summary>A whole number within bounds.</summary>
    public static SettingParser<int> Count(uint least, uint most) => (string text, out int value, out string reason) =>
    {
        var fits = Number(text, least, most, out var number, out reason);
        value = (int)number;
        return fits;
    };

    public static bool FinalityOf(string text, out Finality value, out string reason)
    {
        reason = "must be auto, finalized or latest";
        Finality? known = text switch
        {
            "auto" => Finality.Automatic,
            "finalized" => Finality.Finalized,
            "latest" => Finality.Latest,
            _ => null,
        };
        value = known.GetValueOrDefault();
        return known is not null;
    }

    public static bool Level(string text, out LogLevel value, out string reason)
    {
        reason = "must be trace, debug, information, warning or error";
        return Enum.TryParse(text, ignoreCase: true, out value) && value is >= LogLevel.Trace and <= LogLevel.Error && !char.IsAsciiDigit(text[0]);
    }

    private static bool Number(string text, uint least, uint most, out uint value, out string reason)
    {
        reason = $"must be a whole number from {least} to {most}";
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
    }
}
