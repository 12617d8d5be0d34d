using System.Net;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>The client's part of SOCKS 5 without authentication.</summary>
internal static class SocksHandshake
{
    public static async Task ConnectAsync(Stream stream, IPEndPoint target)
    {
        await stream.WriteAsync(new byte[] { 5, 1, 0 });
        var method = new byte[2];
        await stream.ReadExactlyAsync(method);
        Assert.Equal([5, 0], method);

        await stream.WriteAsync((byte[])[5, 1, 0, 1, .. target.Address.GetAddressBytes(), (byte)(target.Port >> 8), (byte)target.Port]);
        var reply = new byte[10];
        await stream.ReadExactlyAsync(reply);
        Assert.Equal(0, reply[1]);
    }
}
