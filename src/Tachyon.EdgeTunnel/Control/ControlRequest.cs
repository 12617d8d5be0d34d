using System.Globalization;
using System.Text;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>The head of a request to the control socket (RFC 9112). Read from whatever has arrived so far; pure.</summary>
/// <param name="Method">The method as it was sent.</param>
/// <param name="Path">The path, without a query.</param>
/// <param name="Query">What stands behind the question mark; empty without.</param>
/// <param name="ContentBytes">How many bytes of content follow. No request says anything in them.</param>
internal sealed record ControlRequest(string Method, string Path, string Query, int ContentBytes)
{
    /// <summary>Most bytes of a head, and most bytes of content.</summary>
    public const int MaxBytes = 4 * 1024;

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="request">The request; null unless <see cref="ControlParse.Complete"/>.</param>
    /// <param name="readBytes">What its head took.</param>
    public static ControlParse TryRead(ReadOnlySpan<byte> bytes, out ControlRequest? request, out int readBytes)
    {
        request = null;
        readBytes = 0;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0 || end > MaxBytes - 4)
        {
            return bytes.Length >= MaxBytes ? ControlParse.TooLarge : ControlParse.Incomplete;
        }

        readBytes = end + 4;
        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        var parts = lines[0].Split(' ');
        if (parts.Length != 3 || parts[0].Length == 0 || PathOf(parts[1]) is not { } target || parts[2] is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            return ControlParse.Malformed;
        }

        var contentBytes = 0;
        var hasLength = false;
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon > 0 ? line.AsSpan(0, colon) : default;
            if (name.IsEmpty || name.ContainsAny(' ', '\t') || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase))
            {
                return ControlParse.Malformed;
            }

            if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase))
            {
                if (hasLength || !int.TryParse(line.AsSpan(colon + 1).Trim(" \t"), NumberStyles.None, CultureInfo.InvariantCulture, out contentBytes))
                {
                    return ControlParse.Malformed;
                }

                hasLength = true;
            }
        }

        if (contentBytes > MaxBytes)
        {
            return ControlParse.TooLarge;
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        request = question < 0
            ? new ControlRequest(parts[0], target, "", contentBytes)
            : new ControlRequest(parts[0], target[..question], target[(question + 1)..], contentBytes);
        return ControlParse.Complete;
    }

    // Clients that think that they speak to a proxy name the host as well (RFC 9112, 3.2.2).
    private static string? PathOf(string target)
    {
        const string Scheme = "http://";
        if (!target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return target.StartsWith('/') ? target : null;
        }

        var path = target.IndexOf('/', Scheme.Length);
        return path < 0 ? "/" : target[path..];
    }

    /// <summary>The value of a field of the query; null where it has none of that name.</summary>
    public string? FromQuery(string name)
    {
        foreach (var field in Query.Split('&'))
        {
            if (field.Length > name.Length && field[name.Length] == '=' && field.StartsWith(name, StringComparison.Ordinal))
            {
                return Uri.UnescapeDataString(field[(name.Length + 1)..].Replace('+', ' '));
            }
        }

        return null;
    }
}

/// <summary>What came of reading a request's head.</summary>
internal enum ControlParse
{
    /// <summary>More bytes are needed.</summary>
    Incomplete = 0,

    /// <summary>A whole head was read.</summary>
    Complete = 1,

    /// <summary>It is no HTTP/1, or its content has no plain length.</summary>
    Malformed = 2,

    /// <summary>The head or its content is longer than <see cref="ControlRequest.MaxBytes"/>.</summary>
    TooLarge = 3,
}
