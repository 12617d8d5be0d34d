using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Http;
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
    private readonly Socket _listener;
    private readonly SemaphoreSlim _negotiating;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _clients = new();
    private readonly SocksService _socks;
    private readonly HttpService _http;
    private readonly Task _accepting;

    private ProxyServer(ProxyOptions options, IStreamOpener opener, TimeProvider time, ILogger logger, Socket listener)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _listener = listener;
        _negotiating = new SemaphoreSlim(options.MaxNegotiating);
        var streams = new LocalStreams(opener, options, time, logger);
        _socks = new SocksService(streams, options, time);
        _http = new HttpService(streams, options, time);
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Starts listening.</summary>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static ProxyServer Start(ProxyOptions options, IStreamOpener opener, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(opener);
        var listener = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(options.Listen);
            listener.Listen(512);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        return new ProxyServer(options, opener, time, logger, listener);
    }

    /// <summary>Takes no more clients, drops those that are still negotiating and ends UDP associations; other streams go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_clients.Keys);
        _negotiating.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _negotiating.WaitAsync(_stopping.Token);
                var socket = await _listener.AcceptAsync(_stopping.Token);
                var client = ServeAsync(socket);
                _clients.TryAdd(client, 0);
                _ = client.ContinueWith(
                    done => _clients.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (ConnectionFault.Is(e))
            {
                // A client that left while it was being accepted, or too many open files: the next one may do.
                _negotiating.Release();
                LogAcceptFailed(e.Message);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var handedOver = false;
        using var slot = new NegotiationSlot(_negotiating);
        try
        {
            socket.NoDelay = true;
            handedOver = await ServeAsync(new ProxyClient(socket), slot);
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
    private async Task<bool> ServeAsync(ProxyClient client, NegotiationSlot slot)
    {
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        if (!await client.FillAsync(1, either.Token))
        {
            return false;
        }

        return client.Received[0] switch
        {
            SocksMessages.Version => await _socks.ServeAsync(client, slot, _stopping.Token),
            var first when char.IsAsciiLetter((char)first) => await _http.ServeAsync(client, _stopping.Token),
            _ => false,
        };
    }

    [LoggerMessage(1, LogLevel.Warning, "A local client could not be accepted: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(2, LogLevel.Debug, "A local client left: {Reason}")]
    private partial void LogClientFailed(string reason);
}
