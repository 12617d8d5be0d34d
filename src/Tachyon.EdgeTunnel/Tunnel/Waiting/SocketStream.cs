using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>
/// A connected socket as a stream, until <see cref="Detach"/>. Owns the socket. Unlike <see cref="NetworkStream"/> it leaves no
/// trace in the runtime's own poller, which would be woken for all that ever happens on the connection afterwards.
/// </summary>
internal sealed class SocketStream : ConnectionStream
{
    private readonly Socket _socket;
    private readonly SocketWatch _watch;

    private SocketStream(Socket socket, EventLoop loop)
    {
        _socket = socket;
        socket.Blocking = false;
        _watch = loop.Watch(socket);
    }

    /// <summary>A stream over a socket, which it owns: such a one where the system allows it.</summary>
    public static Stream Over(Socket socket)
    {
        try
        {
            return EventLoop.Shared is { } loop ? new SocketStream(socket, loop) : Plain(socket);
        }
        catch (IOException)
        {
            // The system has no room for another watch.
            return Plain(socket);
        }
    }

    /// <summary>Gives the socket away.</summary>
    public Socket Detach()
    {
        _watch.Dispose();
        return _socket;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = _socket.Receive(buffer.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                return read;
            }

            await WaitAsync(error, _watch.WaitReadableAsync);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var written = _socket.Send(buffer.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                buffer = buffer[written..];
            }
            else
            {
                await WaitAsync(error, _watch.WaitWritableAsync);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _watch.Dispose();
            _socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private static NetworkStream Plain(Socket socket)
    {
        socket.Blocking = true;
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async ValueTask WaitAsync(SocketError error, Func<ValueTask> wait)
    {
        if (error != SocketError.WouldBlock)
        {
            throw new SocketException((int)error);
        }

        await wait();

        // What a handshake has to work out would hold up all others on the loop.
        await EventLoop.Enter(null);
    }
}
