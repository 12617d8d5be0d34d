using System.Net;
using System.Net.Sockets;

namespace Tachyon.Protocol.Frames;

/// <summary>Where a stream shall lead: a name to be resolved at the exit, or an address, and a port.</summary>
public readonly record struct TargetAddress
{
    /// <summary>Most characters of a name, as in the domain name system.</summary>
    public const int MaxNameLength = 253;

    private TargetAddress(string? name, IPAddress? address, ushort port)
    {
        Name = name;
        Address = address;
        Port = port;
    }

    /// <summary>The name, or null when the target is an address.</summary>
    public string? Name { get; }

    /// <summary>The IPv4 or IPv6 address, or null when the target is a name.</summary>
    public IPAddress? Address { get; }

    /// <summary>The TCP port, never zero.</summary>
    public ushort Port { get; }

    /// <summary>A target by name. A name that spells an address is held as that address.</summary>
    /// <returns>False when the name or the port cannot be one.</returns>
    public static bool TryCreate(string name, int port, out TargetAddress target)
    {
        target = default;
        if (port is <= 0 or > ushort.MaxValue || name.Length > MaxNameLength)
        {
            return false;
        }

        // No policy can be passed by spelling an address as a name, in whatever notation a resolver would take.
        if (IPAddress.TryParse(name, out var address))
        {
            return TryCreate(new IPAddress(address.GetAddressBytes()), port, out target);
        }

        if (!IsName(name))
        {
            return false;
        }

        target = new TargetAddress(name, null, (ushort)port);
        return true;
    }

    /// <summary>A target by address.</summary>
    /// <returns>False when the port is zero or the address is neither IPv4 nor IPv6.</returns>
    public static bool TryCreate(IPAddress address, int port, out TargetAddress target)
    {
        target = default;
        if (port is <= 0 or > ushort.MaxValue || address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            return false;
        }

        target = new TargetAddress(null, address, (ushort)port);
        return true;
    }

    /// <summary>As in a URL: <c>name:port</c>, <c>192.0.2.1:443</c> or <c>[2001:db8::1]:443</c>.</summary>
    public override string ToString() => Address switch
    {
        null => $"{Name}:{Port}",
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"[{Address}]:{Port}",
        _ => $"{Address}:{Port}",
    };

    // Letters, digits, '-', '_', '.' only: what a resolver is asked never depends on its own idea of odd characters.
    private static bool IsName(string name)
    {
        if (name.Length == 0)
        {
            return false;
        }

        var labelLength = 0;
        foreach (var c in name)
        {
            if (c == '.')
            {
                if (labelLength is 0 or > 63)
                {
                    return false;
                }

                labelLength = 0;
            }
            else if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            {
                labelLength++;
            }
            else
            {
                return false;
            }
        }

        return labelLength <= 63;
    }
}
