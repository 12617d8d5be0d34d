using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A connected TCP socket as the local end of a stream. Owns the socket.</summary>
internal sealed class SocketEndpoint : IStreamEndpoint
{
    private static readonly TimeSpan BriefWait = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket;
    private SocketWatch? _watch;

    public SocketEndpoint(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        socket.NoDelay = true;
        MachinePath.Unpace(socket);
        // Synchronous sends must come back instead of waiting; asynchronous calls are not affected.
        socket.Blocking = false;
    }

    public void Join(EventLoop loop) => _watch = loop.Watch(_socket);

    public ValueTask TakeTurnAsync() => _watch?.TakeTurnAsync() ?? ValueTask.CompletedTask;

    public ValueTask WaitForDataAsync()
    {
        if (_watch is { } watch)
        {
            return watch.WaitReadableAsync();
        }

        var wait = _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
        if (wait.IsCompletedSuccessfully)
        {
            _ = wait.Result;
            return ValueTask.CompletedTask;
        }

        return Awaited(wait);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        static async ValueTask Awaited(ValueTask<int> wait) => await wait;
    }

    public bool WaitBrieflyForRoom() => _socket.Poll(BriefWait, SelectMode.SelectWrite);

    public int TryRead(Span<byte> buffer)
    {
        var read = _socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => read,
            SocketError.WouldBlock => -1,
            _ => throw new SocketException((int)error),
        };
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        var written = _socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => written,
            SocketError.WouldBlock => 0,
            _ => throw new SocketException((int)error),
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_watch is not { } watch)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
                continue;
            }

            var written = TryWrite(bytes.Span);
            bytes = bytes[written..];
            if (written == 0)
            {
                await watch.WaitWritableAsync();
            }
        }
    }

    public void ShutdownWrite() => _socket.Shutdown(SocketShutdown.Send);

    public void Close(bool inOrder)
    {
        _watch?.Dispose();
        if (inOrder)
        {
            _socket.Dispose();
        }
        else
        {
            // Sends a reset, so that the other end cannot take a broken stream for a finished one.
            _socket.Close(0);
        }
    }
}
