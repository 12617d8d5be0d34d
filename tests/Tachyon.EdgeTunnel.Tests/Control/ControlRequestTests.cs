using System.Text;
using Tachyon.EdgeTunnel.Control;

namespace Tachyon.EdgeTunnel.Tests.Control;

public sealed class ControlRequestTests
{
    [Fact]
    public void Read_OfARequestWithAQuery_GivesItsParts_AndUnescapesTheFields()
    {
        var parse = Read("POST /v1/channels/0x12/top-up?capacityBytes=5000000&via=a%20b+c&viaOther=1 HTTP/1.1\r\nHost: node\r\nContent-Length: 4\r\n\r\nbody", out var request, out var readBytes);

        Assert.Equal(ControlParse.Complete, parse);
        Assert.Equal(("POST", "/v1/channels/0x12/top-up", 4), (request!.Method, request.Path, request.ContentBytes));
        Assert.Equal(("5000000", "a b c", null), (request.FromQuery("capacityBytes"), request.FromQuery("via"), request.FromQuery("vi")));
        Assert.Equal(readBytes + 4, Encoding.ASCII.GetByteCount("POST /v1/channels/0x12/top-up?capacityBytes=5000000&via=a%20b+c&viaOther=1 HTTP/1.1\r\nHost: node\r\nContent-Length: 4\r\n\r\nbody"));
    }

    [Theory]
    [InlineData("GET /v1/status HTTP/1.1\r\nHost: node\r\n", ControlParse.Incomplete)]
    [InlineData("GET /v1/status HTTP/1.1\r\n\r\n", ControlParse.Complete)]
    [InlineData("GET http://node:80/v1/status HTTP/1.0\r\n\r\n", ControlParse.Complete)]
    [InlineData("GET /v1/status HTTP/1.x\r\n\r\n", ControlParse.Malformed)]
    [InlineData("GET  /v1/status HTTP/1.1\r\n\r\n", ControlParse.Malformed)]
    [InlineData("GET v1/status HTTP/1.1\r\n\r\n", ControlParse.Malformed)]
    [InlineData("GET /v1/status HTTP/2.0\r\n\r\n", ControlParse.Malformed)]
    [InlineData("GET /v1/status HTTP/1.1\r\nno field\r\n\r\n", ControlParse.Malformed)]
    [InlineData("POST /v1/stop HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ControlParse.Malformed)]
    [InlineData("POST /v1/stop HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", ControlParse.Malformed)]
    [InlineData("POST /v1/stop HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", ControlParse.Malformed)]
    [InlineData("POST /v1/stop HTTP/1.1\r\nA: b\r\n folded: c\r\n\r\n", ControlParse.Malformed)]
    [InlineData("POST /v1/stop HTTP/1.1\r\nContent-Length: -1\r\n\r\n", ControlParse.Malformed)]
    [InlineData("POST /v1/stop HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", ControlParse.Malformed)]
    [InlineData("POST /v1/stop HTTP/1.1\r\nContent-Length: 4097\r\n\r\n", ControlParse.TooLarge)]
    internal void Read_OfABeginningOrAFault_SaysSo(string text, ControlParse expected)
    {
        var parse = Read(text, out var request, out _);

        Assert.Equal((expected, expected == ControlParse.Complete), (parse, request is not null));
    }

    [Theory]
    [InlineData("http://node/v1/status?x=1", "/v1/status", "x=1")]
    [InlineData("HTTP://node:80/", "/", "")]
    [InlineData("http://node", "/", "")]
    public void Read_OfATargetWithItsHost_AsThroughAProxy_GivesThePathAlone(string target, string path, string query)
    {
        Assert.Equal(ControlParse.Complete, Read($"GET {target} HTTP/1.1\r\nHost: node\r\n\r\n", out var request, out _));

        Assert.Equal((path, query), (request!.Path, request.Query));
    }

    [Fact]
    public void Read_OfAHeadWithoutEnd_StopsAtItsLimit()
    {
        Assert.Equal(ControlParse.Incomplete, Read("GET /" + new string('a', ControlRequest.MaxBytes - 6), out _, out _));
        Assert.Equal(ControlParse.TooLarge, Read("GET /" + new string('a', ControlRequest.MaxBytes - 5), out _, out _));
    }

    private static ControlParse Read(string text, out ControlRequest? request, out int readBytes) =>
        ControlRequest.TryRead(Encoding.ASCII.GetBytes(text), out request, out readBytes);
}
