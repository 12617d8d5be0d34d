using System.Buffers.Text;
using System.Text;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Http;

/// <summary>
/// The head of a request to an HTTP proxy (RFC 9112): <c>CONNECT host:port</c>, or a method with an absolute
/// <c>http://</c> address, which is then written anew for the server behind it. Read from whatever has arrived so far; pure.
/// </summary>
/// <remarks>
/// Strict where servers differ in what they read, so that nothing can be smuggled past: no folded lines, no control
/// characters, one length at most, a name and a colon on each line.
/// </remarks>
internal sealed class HttpRequestHead
{
    /// <summary>Most bytes of a head.</summary>
    public const int MaxBytes = 32 * 1024;

    // Between client and proxy only (RFC 9110, 7.6.1); what Connection names is added to it.
    private static readonly string[] HopByHop = ["connection", "proxy-connection", "keep-alive", "proxy-authorization", "te", "trailer", "upgrade"];

    private readonly List<(string Name, string Value)> _fields = [];

    private HttpRequestHead(string method, string version) => (Method, Version) = (method, version);

    /// <summary>The method as it was sent.</summary>
    public string Method { get; }

    /// <summary>HTTP/1.0 or HTTP/1.1.</summary>
    public string Version { get; }

    /// <summary>Where the request goes.</summary>
    public TargetAddress Target { get; private set; }

    /// <summary>Path and query for the server; empty for CONNECT.</summary>
    public string Path { get; private set; } = "";

    /// <summary>How many bytes of content follow the head.</summary>
    public long ContentBytes { get; private set; }

    /// <summary>Whether the client asks for a tunnel.</summary>
    public bool IsConnect => Method == "CONNECT";

    /// <summary>User and password as the client gave them, <c>user:password</c> in Latin-1; null without.</summary>
    public byte[]? Credentials { get; private set; }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="head">The head; null unless <see cref="HttpParse.Complete"/>.</param>
    /// <param name="readBytes">What it took.</param>
    public static HttpParse TryRead(ReadOnlySpan<byte> bytes, out HttpRequestHead? head, out int readBytes)
    {
        head = null;
        readBytes = 0;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return bytes.Length >= MaxBytes ? HttpParse.TooLarge : HttpParse.Incomplete;
        }

        if (end > MaxBytes)
        {
            return HttpParse.TooLarge;
        }

        readBytes = end + 4;
        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        var parts = lines[0].Split(' ');
        if (parts.Length != 3 || !IsToken(parts[0]) || !lines.All(IsClean))
        {
            return HttpParse.Malformed;
        }

        if (parts[2] is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            return parts[2].StartsWith("HTTP/", StringComparison.Ordinal) ? HttpParse.VersionNotSupported : HttpParse.Malformed;
        }

        var request = new HttpRequestHead(parts[0], parts[2]);
        var parse = request.ReadFields(lines.AsSpan(1));
        if (parse == HttpParse.Complete)
        {
            parse = request.ReadTarget(parts[1]);
        }

        head = parse == HttpParse.Complete ? request : null;
        return parse;
    }

    /// <summary>The head as the server behind the proxy gets it: its own path, nothing that was for the proxy, one request per connection.</summary>
    public byte[] ForServer()
    {
        var dropped = new HashSet<string>(HopByHop, StringComparer.OrdinalIgnoreCase) { "host" };
        foreach (var (_, value) in _fields.Where(field => field.Name.Equals("connection", StringComparison.OrdinalIgnoreCase)))
        {
            dropped.UnionWith(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        // The length says where the request ends; no field may take it away.
        dropped.Remove("content-length");
        var text = new StringBuilder();
        text.Append(Method).Append(' ').Append(Path).Append(' ').Append(Version).Append("\r\nHost: ").Append(HostField()).Append("\r\n");
        foreach (var (name, value) in _fields.Where(field => !dropped.Contains(field.Name)))
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.Append("Connection: close\r\n\r\n").ToString());
    }

    private string HostField()
    {
        var text = Target.ToString();
        return Target.Port == 80 ? text[..^":80".Length] : text;
    }

    private HttpParse ReadFields(ReadOnlySpan<string> lines)
    {
        var lengths = 0;
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !IsToken(line[..colon]))
            {
                return HttpParse.Malformed;
            }

            var (name, value) = (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
            _fields.Add((name, value));
            if (name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase))
            {
                return HttpParse.LengthRequired;
            }

            if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase))
            {
                if (++lengths > 1 || value.Length is 0 or > 18 || !value.All(char.IsAsciiDigit))
                {
                    return HttpParse.Malformed;
                }

                ContentBytes = long.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (name.Equals("proxy-authorization", StringComparison.OrdinalIgnoreCase))
            {
                Credentials = ReadBasic(value);
            }
        }

        return HttpParse.Complete;
    }

    private HttpParse ReadTarget(string text)
    {
        if (IsConnect)
        {
            // Its content, if it says so, is the tunnel's.
            ContentBytes = 0;
            return TrySplit(text, out var host, out var port) && port > 0 && TargetAddress.TryCreate(host, port, out var target)
                ? Found(target, "")
                : HttpParse.BadTarget;
        }

        const string scheme = "http://";
        if (!text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return text.StartsWith('/') || text == "*" ? HttpParse.NotForAProxy : HttpParse.SchemeNotSupported;
        }

        var rest = text[scheme.Length..];
        var slash = rest.IndexOfAny(['/', '?', '#']);
        var (authority, path) = slash < 0 ? (rest, "/") : (rest[..slash], rest[slash..]);
        var fragment = path.IndexOf('#', StringComparison.Ordinal);
        path = fragment < 0 ? path : path[..fragment];
        path = path.StartsWith('/') ? path : "/" + path;
        var hasPort = TrySplit(authority, out var name, out var number);
        if (!hasPort)
        {
            (name, number) = (authority.StartsWith('[') && authority.EndsWith(']') ? authority[1..^1] : authority, 80);
        }

        return TargetAddress.TryCreate(name, number, out var server) ? Found(server, path) : HttpParse.BadTarget;
    }

    private HttpParse Found(TargetAddress target, string path)
    {
        (Target, Path) = (target, path);
        return HttpParse.Complete;
    }

    private static bool TrySplit(string text, out string host, out int port) => Config.Endpoint.TrySplit(text, out host, out port);

    private static byte[]? ReadBasic(string value)
    {
        const string scheme = "Basic ";
        if (!value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var encoded = Encoding.Latin1.GetBytes(value[scheme.Length..].Trim());
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        return Base64.DecodeFromUtf8(encoded, decoded, out _, out var written) == System.Buffers.OperationStatus.Done ? decoded[..written] : null;
    }

    private static bool IsToken(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    // Tabs may stand in values; a folded line begins with one and fails as a field.
    private static bool IsClean(string line) => line.All(c => c is '\t' or >= ' ' and not '\x7f');
}

/// <summary>What came of reading a request's head.</summary>
internal enum HttpParse
{
    /// <summary>More bytes are needed.</summary>
    Incomplete = 0,

    /// <summary>A whole head was read.</summary>
    Complete = 1,

    /// <summary>It is no HTTP, or bends its rules.</summary>
    Malformed = 2,

    /// <summary>The head is longer than <see cref="HttpRequestHead.MaxBytes"/>.</summary>
    TooLarge = 3,

    /// <summary>The host or port cannot be one.</summary>
    BadTarget = 4,

    /// <summary>A request as servers get it, with a path only.</summary>
    NotForAProxy = 5,

    /// <summary>An address of another scheme than http.</summary>
    SchemeNotSupported = 6,

    /// <summary>Content of unknown length.</summary>
    LengthRequired = 7,

    /// <summary>Neither HTTP/1.0 nor HTTP/1.1.</summary>
    VersionNotSupported = 8,
}
