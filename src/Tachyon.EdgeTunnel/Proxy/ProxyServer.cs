using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Http;
using Tachyon.EdgeTunnel.Listening;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Proxy;

/// <summary>
/// The proxy for local clients, SOCKS 5 and HTTP on one port: connections to names, IPv4 and IPv6, and UDP, each a stream
/// of the tunnel.
/// </summary>
/// <remarks>
/// Outlives tunnel sessions: <see cref="IStreamOpener"/> says what is there at the moment. Names are never resolved
/// here: the exit does.
/// </remarks>
internal sealed partial class ProxyServer : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly ProxyOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SocksService _socks;
    private readonly HttpService _http;
    private readonly Listener _listener;

    private ProxyServer(ProxyOptions options, IStreamOpener opener, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        var streams = new LocalStreams(opener, options, time, logger);
        _socks = new SocksService(streams, options, time);
        _http = new HttpService(streams, options, time);
        _listener = Listener.Start(options.Listen, options.MaxNegotiating, ServeAsync, LogAcceptFailed);
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>Starts listening.</summary>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static ProxyServer Start(ProxyOptions options, IStreamOpener opener, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(opener);
        return new ProxyServer(options, opener, time, logger);
    }

    /// <summary>Takes no more clients, drops those that are still negotiating and ends UDP associations; other streams go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ServeAsync(Socket socket, Stranger stranger)
    {
        var handedOver = false;
        try
        {
            handedOver = await ServeAsync(new ProxyClient(socket), stranger);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            LogClientFailed(e.Message);
        }
        finally
        {
            if (!handedOver)
            {
                socket.Dispose();
            }
        }
    }

    // The first byte tells who speaks: SOCKS 5 begins with its version, HTTP with a letter.
    private async Task<bool> ServeAsync(ProxyClient client, Stranger stranger)
    {
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stranger.Leaving);
        if (!await client.FillAsync(1, either.Token))
        {
            return false;
        }

        return client.Received[0] switch
        {
            SocksMessages.Version => await _socks.ServeAsync(client, stranger, _stopping.Token),
            var first when char.IsAsciiLetter((char)first) => await _http.ServeAsync(client, stranger, _stopping.Token),
            _ => false,
        };
    }

    [LoggerMessage(1, LogLevel.Warning, "A local client could not be accepted: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(2, LogLevel.Debug, "A local client left: {Reason}")]
    private partial void LogClientFailed(string reason);
}
