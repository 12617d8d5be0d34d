using System.Collections.Concurrent;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>
/// The control socket: HTTP with JSON over a unix domain socket in the data directory. Whoever may enter the
/// directory may control the node; nothing listens on the network.
/// </summary>
/// <remarks>
/// One request a connection. A web server takes some 15 MB of a node's memory for the nine requests that there are.
/// </remarks>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int MostClients = 32;

    // Where no more fit, whoever connects is told at once that there is nobody: far more than ask at a time.
    private const int MostWaiting = 512;
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly string _socketPath;
    private readonly ControlRequests _requests;
    private readonly SemaphoreSlim _places = new(MostClients);
    private readonly ConcurrentDictionary<Task, byte> _served = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private ControlServer(Socket listener, string socketPath, IControlledNode node)
    {
        _listener = listener;
        _socketPath = socketPath;
        _requests = new ControlRequests(node);
        _accepting = AcceptAsync();
    }

    /// <summary>Starts to answer. The caller holds the directory's lock, so a socket file found there is a leftover.</summary>
    /// <exception cref="DataDirectoryException">The socket cannot be bound.</exception>
    public static ControlServer Start(DataDirectory directory, IControlledNode node)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(node);
        var socketPath = directory.ControlSocketPath;
        if (!directory.FitsControlSocket)
        {
            throw new DataDirectoryException(directory.Path, $"the path {socketPath} is too long for a unix domain socket; choose a shorter --data");
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(socketPath);
            listener.Bind(new UnixDomainSocketEndPoint(socketPath));
            if (!OperatingSystem.IsWindows())
            {
                // Before anybody can connect.
                File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            listener.Listen(MostWaiting);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SocketException)
        {
            listener.Dispose();
            throw new DataDirectoryException(directory.Path, $"the control socket {socketPath} cannot be opened: {fault.Message}", fault);
        }

        return new ControlServer(listener, socketPath, node);
    }

    /// <summary>Takes no more requests; who has made one gets an answer.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_served.Keys);
        _stopping.Dispose();
        _places.Dispose();
        try
        {
            File.Delete(_socketPath);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The directory may be gone. What ended the node is to be reported, and not this; the next start takes the file's place.
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _places.WaitAsync(_stopping.Token);
                try
                {
                    Begin(await _listener.AcceptAsync(_stopping.Token));
                }
                catch
                {
                    _places.Release();
                    throw;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Too many open files, or one that left while it was being accepted.
                await Task.Delay(AcceptPause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Begin(Socket client)
    {
        var serving = ServeAsync(client);
        _served.TryAdd(serving, 0);
        _ = serving.ContinueWith(
            done => _served.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using var owned = client;
            ControlAnswer? answer;
            using (var reading = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token))
            {
                reading.CancelAfter(ClientTimeout);
                answer = await ReceiveAsync(client, reading.Token) switch
                {
                    (ControlParse.Complete, { } request) => await AnswerAsync(request),
                    (ControlParse.TooLarge, _) => ControlAnswer.Refused(413, "tooLarge", $"a request takes {ControlRequest.MaxBytes} bytes at most"),
                    (ControlParse.Malformed, _) => ControlAnswer.Refused(400, "badRequest", "this is no request in HTTP/1.1"),
                    _ => null,
                };
            }

            if (answer is not null)
            {
                // Also when the node stops: it may have been asked to.
                using var sending = new CancellationTokenSource(ClientTimeout);
                for (ReadOnlyMemory<byte> bytes = answer.Encode(); bytes.Length > 0;)
                {
                    bytes = bytes[await client.SendAsync(bytes, sending.Token)..];
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client has left, or says nothing.
        }
        finally
        {
            _places.Release();
        }
    }

    private static async Task<(ControlParse Parse, ControlRequest? Request)> ReceiveAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[2 * ControlRequest.MaxBytes];
        var length = 0;
        while (true)
        {
            var parse = ControlRequest.TryRead(buffer.AsSpan(0, length), out var request, out var headBytes);

            // Its content is taken as well: closing with bytes unread would take the answer away from the client.
            if (parse is not (ControlParse.Incomplete or ControlParse.Complete) || (request is not null && length >= headBytes + request.ContentBytes))
            {
                return (parse, request);
            }

            var count = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0)
            {
                return (ControlParse.Incomplete, null);
            }

            length += count;
        }
    }

    private async Task<ControlAnswer> AnswerAsync(ControlRequest request)
    {
        try
        {
            return await _requests.AnswerAsync(request, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return ControlAnswer.Refused(503, "stopping", "the node stops");
        }
#pragma warning disable CA1031 // Whatever fails, the node goes on, and who asked learns why.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return ControlAnswer.Refused(500, "failed", $"the node could not do it: {fault.Message}");
        }
    }
}
