using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Listening;

/// <summary>A TCP endpoint that others connect to: lets strangers in, each on a task of its own, until it is stopped.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly Socket _socket;
    private readonly Strangers _strangers;
    private readonly Func<Socket, Stranger, Task> _receive;
    private readonly Action<string> _failed;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _received = new();
    private readonly Task _accepting;

    private Listener(Socket socket, int places, Func<Socket, Stranger, Task> receive, Action<string> failed)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _strangers = new Strangers(places);
        _receive = receive;
        _failed = failed;
        _accepting = AcceptAsync();
    }

    /// <summary>Where others connect; where they did, once it has stopped.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Starts listening; port 0 lets the system choose.</summary>
    /// <param name="listen">Where.</param>
    /// <param name="places">How many may be strangers at once.</param>
    /// <param name="receive">
    /// Given each connection, which is its own then, and its place among strangers, to be given back. Must not throw.
    /// </param>
    /// <param name="failed">Told why a connection could not be accepted.</param>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static Listener Start(IPEndPoint listen, int places, Func<Socket, Stranger, Task> receive, Action<string> failed)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentOutOfRangeException.ThrowIfLessThan(places, 1);
        ArgumentNullException.ThrowIfNull(receive);
        ArgumentNullException.ThrowIfNull(failed);
        var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(listen);
            socket.Listen(Backlog);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new Listener(socket, places, receive, failed);
    }

    /// <summary>Takes no more connections, sends strangers away, and returns when nobody is being received any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _accepting;
        await Task.WhenAll(_received.Keys);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _strangers.RoomAsync().WaitAsync(_stopping.Token);
                var socket = await _socket.AcceptAsync(_stopping.Token);
                var receiving = ReceiveAsync(socket, _strangers.Enter(AddressOf(socket), _stopping.Token));
                _received.TryAdd(receiving, 0);
                _ = receiving.ContinueWith(
                    done => _received.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (ConnectionFault.Is(e))
            {
                // One that left while it was being accepted, or too many open files: the next one may do.
                _failed(e.Message);
            }
        }
    }

    private async Task ReceiveAsync(Socket socket, Stranger stranger)
    {
        using (stranger)
        {
            // Whatever it says first must not keep the next one waiting.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            try
            {
                socket.NoDelay = true;
            }
            catch (SocketException)
            {
                // It has left already.
                socket.Dispose();
                return;
            }

            await _receive(socket, stranger);
        }
    }

    private static IPAddress? AddressOf(Socket socket)
    {
        try
        {
            return (socket.RemoteEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
