using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Proxy;

/// <summary>What people point at a proxy first.</summary>
public sealed class CurlTests : IDisposable
{
    private readonly TestChannel _channel = new();

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData("--proxy socks5h://PROXY http://site.example.org:PORT/")]
    [InlineData("--proxy socks5://PROXY http://127.0.0.1:PORT/")]
    [InlineData("--proxy socks5h://PROXY http://[::1]:PORT/")]
    [InlineData("--proxy http://PROXY http://site.example.org:PORT/")]
    [InlineData("--proxy http://PROXY http://[::1]:PORT/ http://127.0.0.1:PORT/")]
    [InlineData("--proxy http://PROXY --proxytunnel http://site.example.org:PORT/")]
    [InlineData("--proxy http://PROXY --data abc http://site.example.org:PORT/")]
    public async Task Curl_ThroughEveryKindOfProxy_GetsThePage(string arguments)
    {
        using var site = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        site.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        site.Listen();
        _ = ServeAsync(site);
        Assert.True(AddressRange.TryParse("127.0.0.1", out var four));
        Assert.True(AddressRange.TryParse("::1", out var six));
        var exit = new ExitConnector(new EgressPolicy([four!, six!]), new LocalNames(), new ExitOptions(), TimeProvider.System);
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: exit);
        await using var proxy = ProxyServer.Start(
            new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, pair.Consumer, TimeProvider.System, NullLogger.Instance);
        var port = ((IPEndPoint)site.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var given = arguments.Replace("PROXY", proxy.LocalEndPoint.ToString(), StringComparison.Ordinal).Replace("PORT", port, StringComparison.Ordinal);
        using var curl = Process.Start(new ProcessStartInfo("curl", $"--silent --show-error --noproxy '' --max-time 60 {given}") { RedirectStandardOutput = true })!;
        var output = await curl.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await curl.WaitForExitAsync();

        Assert.Equal(0, curl.ExitCode);
        Assert.Equal(string.Concat(Enumerable.Repeat("hello", arguments.Split("PORT/").Length - 1)), output);
    }

    private static async Task ServeAsync(Socket site)
    {
        var buffer = new byte[4_096];
        try
        {
            while (true)
            {
                using var client = await site.AcceptAsync();
                await client.ReceiveAsync(buffer);
                await client.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
                client.Shutdown(SocketShutdown.Both);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private sealed class LocalNames : IExitResolver
    {
        public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
    }
}
