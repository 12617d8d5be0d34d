using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>
/// A SOCKS 5 proxy for local clients: CONNECT to names, IPv4 and IPv6, each a stream of the tunnel.
/// </summary>
/// <remarks>
/// Outlives tunnel sessions: <see cref="IStreamOpener"/> says what is there at the moment. Names are never resolved
/// here: the exit does.
/// </remarks>
internal sealed partial class SocksServer : IAsyncDisposable
{
    private readonly SocksOptions _options;
    private readonly IStreamOpener _opener;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _listener;
    private readonly SemaphoreSlim _negotiating;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _clients = new();
    private readonly Task _accepting;

    private SocksServer(SocksOptions options, IStreamOpener opener, TimeProvider time, ILogger logger, Socket listener)
    {
        _options = options;
        _opener = opener;
        _time = time;
        _logger = logger;
        _listener = listener;
        _negotiating = new SemaphoreSlim(options.MaxNegotiating);
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Starts listening.</summary>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static SocksServer Start(SocksOptions options, IStreamOpener opener, TimeProvider time, ILogger logger)
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

        return new SocksServer(options, opener, time, logger, listener);
    }

    /// <summary>Takes no more clients and drops those that are still negotiating; streams go on.</summary>
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
        var attached = false;
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            socket.NoDelay = true;
            attached = await NegotiateAsync(socket);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            LogClientFailed(e.Message);
        }
        finally
        {
            _negotiating.Release();
            if (!attached)
            {
                socket.Dispose();
            }
        }
    }

    private async Task<bool> NegotiateAsync(Socket socket)
    {
        using var requestLimit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var requesting = CancellationTokenSource.CreateLinkedTokenSource(requestLimit.Token, _stopping.Token);
        var target = await new SocksNegotiation(socket, _options.Credentials).RunAsync(requesting.Token);
        if (target is null)
        {
            return false;
        }

        using var openLimit = new CancellationTokenSource(_options.OpenTimeout, _time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(openLimit.Token, _stopping.Token);
        StreamOpening opened;
        try
        {
            opened = await _opener.OpenAsync(target.Value, opening.Token);
        }
        catch (OperationCanceledException) when (openLimit.IsCancellationRequested)
        {
            await socket.SendQuietlyAsync(SocksReplies.Encode(SocksReply.TimedOut), _stopping.Token);
            return false;
        }

        LogOpened(target.Value.Port, opened.Outcome);
        try
        {
            await socket.SendQuietlyAsync(SocksReplies.Encode(SocksReplies.For(opened.Outcome)), opening.Token);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            opened.Stream?.Reset(Protocol.Frames.ResetReason.LocalEndClosed);
            throw;
        }

        opened.Stream?.Attach(new SocketEndpoint(socket));
        return opened.Stream is not null;
    }

    [LoggerMessage(1, LogLevel.Warning, "A local client could not be accepted: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(2, LogLevel.Debug, "A local client left: {Reason}")]
    private partial void LogClientFailed(string reason);

    // Not the host: logs shall not tell where people go.
    [LoggerMessage(3, LogLevel.Debug, "Stream to port {Port}: {Outcome}")]
    private partial void LogOpened(int port, Protocol.Frames.OpenOutcome outcome);
}
