using System.Text;
using Tachyon.EdgeTunnel.Http;

namespace Tachyon.EdgeTunnel.Tests.Http;

public sealed class HttpRequestHeadTests
{
    [Theory]
    [InlineData("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", "example.org:443")]
    [InlineData("CONNECT 192.0.2.7:22 HTTP/1.0\r\n\r\n", "192.0.2.7:22")]
    [InlineData("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n\r\n", "[2001:db8::1]:443")]
    public void Connect_WellFormed_GivesItsTarget(string text, string target)
    {
        var head = Read(text);

        Assert.True(head.IsConnect);
        Assert.Equal(target, head.Target.ToString());
    }

    [Fact]
    public void Forwarded_Request_IsWrittenAnewForItsServer()
    {
        var head = Read(
            "POST http://Example.org:8080/a/b?c=%20d#top HTTP/1.1\r\nHost: elsewhere.org\r\nProxy-Authorization: Basic dTpw\r\n"
            + "Connection: keep-alive, X-Hop, Content-Length\r\nX-Hop: 1\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\nCookie: a=b; c\r\nContent-Length: 12\r\n\r\n");

        Assert.Equal("Example.org:8080", head.Target.ToString());
        Assert.Equal(12, head.ContentBytes);
        Assert.Equal(
            "POST /a/b?c=%20d HTTP/1.1\r\nHost: Example.org:8080\r\nCookie: a=b; c\r\nContent-Length: 12\r\nConnection: close\r\n\r\n",
            Encoding.Latin1.GetString(head.ForServer()));
        Assert.Equal("u:p"u8.ToArray(), head.Credentials);
    }

    [Theory]
    [InlineData("http://example.org", "/", "example.org")]
    [InlineData("HTTP://example.org?q", "/?q", "example.org")]
    [InlineData("http://[2001:db8::1]/x", "/x", "[2001:db8::1]")]
    [InlineData("http://example.org:80/", "/", "example.org")]
    public void Forwarded_Address_GivesPathAndHost(string address, string path, string host) =>
        Assert.StartsWith($"GET {path} HTTP/1.1\r\nHost: {host}\r\n", Encoding.Latin1.GetString(Read($"GET {address} HTTP/1.1\r\n\r\n").ForServer()), StringComparison.Ordinal);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", HttpParse.NotForAProxy)]
    [InlineData("OPTIONS * HTTP/1.1\r\n\r\n", HttpParse.NotForAProxy)]
    [InlineData("GET https://example.org/ HTTP/1.1\r\n\r\n", HttpParse.SchemeNotSupported)]
    [InlineData("GET ftp://example.org/ HTTP/1.1\r\n\r\n", HttpParse.SchemeNotSupported)]
    [InlineData("GET http://user@example.org/ HTTP/1.1\r\n\r\n", HttpParse.BadTarget)]
    [InlineData("GET http:///x HTTP/1.1\r\n\r\n", HttpParse.BadTarget)]
    [InlineData("GET http://example.org:0/ HTTP/1.1\r\n\r\n", HttpParse.BadTarget)]
    [InlineData("CONNECT example.org HTTP/1.1\r\n\r\n", HttpParse.BadTarget)]
    [InlineData("CONNECT example.org:99999 HTTP/1.1\r\n\r\n", HttpParse.BadTarget)]
    [InlineData("CONNECT example.org:0 HTTP/1.1\r\n\r\n", HttpParse.BadTarget)]
    [InlineData("CONNECT :443 HTTP/1.1\r\n\r\n", HttpParse.BadTarget)]
    [InlineData("GET http://example.org/ HTTP/2.0\r\n\r\n", HttpParse.VersionNotSupported)]
    [InlineData("GET http://example.org/\r\n\r\n", HttpParse.Malformed)]
    [InlineData("GET  http://example.org/ HTTP/1.1\r\n\r\n", HttpParse.Malformed)]
    [InlineData("GET http://example.org/ HTTP/1.1\r\nNo colon\r\n\r\n", HttpParse.Malformed)]
    [InlineData("GET http://example.org/ HTTP/1.1\r\nSpace : x\r\n\r\n", HttpParse.Malformed)]
    [InlineData("GET http://example.org/ HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", HttpParse.Malformed)]
    [InlineData("GET http://example.org/ HTTP/1.1\r\nA: b\nHost: c\r\n\r\n", HttpParse.Malformed)]
    [InlineData("GET http://example.org/ HTTP/1.1\r\nA: \0\r\n\r\n", HttpParse.Malformed)]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", HttpParse.Malformed)]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nContent-Length: +1\r\n\r\n", HttpParse.Malformed)]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", HttpParse.Malformed)]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", HttpParse.LengthRequired)]
    public void Request_NotServed_SaysWhy(string text, object parse) =>
        Assert.Equal((HttpParse)parse, HttpRequestHead.TryRead(Encoding.Latin1.GetBytes(text), out _, out _));

    [Fact]
    public void Head_ArrivingByteByByte_IsIncompleteUntilItsEnd()
    {
        var bytes = "GET http://example.org/ HTTP/1.1\r\nA: b\r\n\r\nrest"u8.ToArray();
        var end = bytes.Length - "rest".Length;
        for (var length = 0; length < end; length++)
        {
            Assert.Equal(HttpParse.Incomplete, HttpRequestHead.TryRead(bytes.AsSpan(0, length), out _, out _));
        }

        Assert.Equal(HttpParse.Complete, HttpRequestHead.TryRead(bytes, out _, out var readBytes));
        Assert.Equal(end, readBytes);
    }

    [Fact]
    public void Head_WithoutEnd_IsTooLarge() =>
        Assert.Equal(HttpParse.TooLarge, HttpRequestHead.TryRead(new byte[HttpRequestHead.MaxBytes], out _, out _));

    private static HttpRequestHead Read(string text)
    {
        Assert.Equal(HttpParse.Complete, HttpRequestHead.TryRead(Encoding.Latin1.GetBytes(text), out var head, out var readBytes));
        Assert.Equal(text.Length, readBytes);
        return head!;
    }
}
