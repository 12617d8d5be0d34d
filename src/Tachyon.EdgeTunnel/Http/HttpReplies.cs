using System.Text;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Http;

/// <summary>What the proxy itself answers: a status and one sentence for people.</summary>
internal static class HttpReplies
{
    /// <summary>The tunnel stands.</summary>
    public static ReadOnlySpan<byte> Established => "HTTP/1.1 200 Connection established\r\n\r\n"u8;

    /// <summary>The client must say who it is.</summary>
    public static byte[] CredentialsRequired { get; } = Encode(
        "407 Proxy Authentication Required", "This proxy asks for a user and a password.", "Proxy-Authenticate: Basic realm=\"tachyon\"\r\n");

    /// <summary>The answer where there is no stream.</summary>
    public static byte[] For(OpenOutcome outcome) => outcome switch
    {
        OpenOutcome.RefusedByPolicy => Encode("403 Forbidden", "The provider's exit does not connect to this address or port."),
        OpenOutcome.NameNotFound => Encode("502 Bad Gateway", "The name has no address at the provider's exit."),
        OpenOutcome.NetworkUnreachable => Encode("502 Bad Gateway", "The provider's exit has no route to this network."),
        OpenOutcome.HostUnreachable => Encode("502 Bad Gateway", "The provider's exit cannot reach this host."),
        OpenOutcome.ConnectionRefused => Encode("502 Bad Gateway", "The server refuses the connection."),
        OpenOutcome.TimedOut => Encode("504 Gateway Timeout", "The server did not answer in time."),
        OpenOutcome.TooManyStreams => Encode("503 Service Unavailable", "Too many connections are open through this channel.", "Retry-After: 1\r\n"),
        OpenOutcome.NotServing => Encode("503 Service Unavailable", "There is no session with a provider now; see tachyon-edge status.", "Retry-After: 5\r\n"),
        _ => Encode("502 Bad Gateway", "The connection failed at the provider's exit."),
    };

    /// <summary>The answer to a request that is not served.</summary>
    public static byte[] For(HttpParse fault) => fault switch
    {
        HttpParse.TooLarge => Encode("431 Request Header Fields Too Large", $"A request's head may take {HttpRequestHead.MaxBytes} bytes."),
        HttpParse.BadTarget => Encode("400 Bad Request", "The host or port of the request cannot be one."),
        HttpParse.NotForAProxy => Encode("400 Bad Request", "This is a proxy: ask it for CONNECT host:port or http://host/path."),
        HttpParse.SchemeNotSupported => Encode("501 Not Implemented", "Only http:// addresses are forwarded; use CONNECT for all else."),
        HttpParse.LengthRequired => Encode("411 Length Required", "Content of unknown length is not forwarded; use CONNECT, or say its length."),
        HttpParse.VersionNotSupported => Encode("505 HTTP Version Not Supported", "This proxy speaks HTTP/1.1."),
        _ => Encode("400 Bad Request", "The request is not well formed."),
    };

    private static byte[] Encode(string status, string sentence, string fields = "") => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status}\r\n{fields}Content-Type: text/plain\r\nContent-Length: {sentence.Length + 1}\r\nConnection: close\r\n\r\n{sentence}\n");
}
