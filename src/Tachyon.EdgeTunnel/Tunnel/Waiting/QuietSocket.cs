using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>
/// Receives and sends on a socket that a stream is about to use, without the runtime's own poller: that would be woken, and a
/// thread of the pool with it, for all that ever happens on the socket afterwards. The socket becomes non-blocking.
/// </summary>
internal static class QuietSocket
{
    // The shortest that poll(2) waits.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private static bool _waitsHere;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async ValueTask ConnectQuietlyAsync(this Socket socket, EndPoint target, CancellationToken cancellationToken)
    {
        if (EventLoop.Shared is not { } loop)
        {
            await socket.ConnectAsync(target, cancellationToken);
            return;
        }

        socket.Blocking = false;
        try
        {
            socket.Connect(target);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // On loopback the other side has answered already.
            if (!socket.Poll(0, SelectMode.SelectWrite))
            {
                await WaitAsync(loop, socket, SocketError.WouldBlock, forData: false, cancellationToken);
            }

            if ((SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! is var outcome and not SocketError.Success)
            {
                throw new SocketException((int)outcome);
            }
        }
    }

    /// <summary>Receives what is there, at least a byte; zero at the end.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async ValueTask<int> ReceiveQuietlyAsync(this Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (EventLoop.Shared is not { } loop)
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        }

        socket.Blocking = false;
        while (true)
        {
            var received = socket.Receive(buffer.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                return received;
            }

            if (error != SocketError.WouldBlock || !HasSpokenAtOnce(socket))
            {
                await WaitAsync(loop, socket, error, forData: true, cancellationToken);
            }
        }
    }

    /// <summary>Sends all bytes.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async ValueTask SendQuietlyAsync(this Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (EventLoop.Shared is null && bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }

        socket.Blocking = false;
        while (bytes.Length > 0)
        {
            var sent = socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                bytes = bytes[sent..];
            }
            else
            {
                await WaitAsync(EventLoop.Shared!, socket, error, forData: false, cancellationToken);
            }
        }
    }

    // Somebody on this machine answers within a moment. One at a time is waited for on this very thread: through the loop two more
    // would have to be woken.
    private static bool HasSpokenAtOnce(Socket socket)
    {
        if (Interlocked.Exchange(ref _waitsHere, true))
        {
            return false;
        }

        try
        {
            return socket.Poll(Moment, SelectMode.SelectRead);
        }
        finally
        {
            Volatile.Write(ref _waitsHere, false);
        }
    }

    private static async ValueTask WaitAsync(EventLoop loop, Socket socket, SocketError error, bool forData, CancellationToken cancellationToken)
    {
        if (error != SocketError.WouldBlock)
        {
            throw new SocketException((int)error);
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var watch = loop.Watch(socket);
        await using var cancelling = cancellationToken.Register(watch.Dispose);
        try
        {
            await (forData ? watch.WaitReadableAsync() : watch.WaitWritableAsync());
        }
        catch (ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        // What its caller does with it is not for a thread that others wait for.
        await EventLoop.Enter(null);
    }
}
