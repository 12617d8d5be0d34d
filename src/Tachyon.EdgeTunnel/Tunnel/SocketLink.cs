using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A connected TCP socket as a link. Owns the socket.</summary>
/// <remarks>
/// Receiving waits in poll(2) on the reader's own thread, which costs one switch for a wake-up instead of the two of a
/// completion that is handed from the poller to the pool.
/// </remarks>
internal sealed class SocketLink : IByteLink
{
    // A peer that keeps up has made room by then, and the thread spares two switches; one that does not is waited for without it.
    private static readonly TimeSpan BriefWait = TimeSpan.FromMilliseconds(1);

    private const int BulkBytes = 32 * 1024;
    private const int MostUnsentBytes = 512 * 1024;
    private const int TcpLevel = 6;
    private const int NotSentLowWaterMark = 25;

    private readonly Socket _socket;
    private SocketWatch? _watch;

    public SocketLink(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        socket.NoDelay = true;
        MachinePath.Unpace(socket);

        // Synchronous calls must come back instead of waiting; asynchronous ones are not affected.
        socket.Blocking = false;

        // What waits here unsent is lost with the connection, and conceded by whoever had not received it.
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpLevel, NotSentLowWaterMark, BitConverter.GetBytes(MostUnsentBytes));
        }
    }

    public bool ReceivesOnCallersThread => true;

    public void Join(EventLoop loop) => _watch = loop.Watch(_socket);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            var sentBytes = _socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                bytes = bytes[sentBytes..];
            }
            else if (error != SocketError.WouldBlock)
            {
                throw new SocketException((int)error);
            }

            if (bytes.IsEmpty)
            {
                return ValueTask.CompletedTask;
            }

            // What is small is sent by whoever has it, who has other things to do.
            if (bytes.Length < BulkBytes || !_socket.Poll(BriefWait, SelectMode.SelectWrite))
            {
                return SendRestAsync(bytes);
            }
        }
    }

    public void TrySend(ReadOnlySpan<byte> bytes) => _ = _socket.Send(bytes, SocketFlags.None, out _);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (true)
        {
            var receivedBytes = _socket.Receive(buffer.Span, SocketFlags.None, out var error);
            switch (error)
            {
                case SocketError.Success:
                    return new ValueTask<int>(receivedBytes);
                case SocketError.WouldBlock:
                    _socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
                    break;
                default:
                    throw new SocketException((int)error);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        try
        {
            // Wakes whoever waits in poll: closing alone would leave it there.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            // It was broken already.
        }

        _watch?.Dispose();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_watch is not { } watch)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
                continue;
            }

            await watch.WaitWritableAsync();
            var sentBytes = _socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                bytes = bytes[sentBytes..];
            }
            else if (error != SocketError.WouldBlock)
            {
                throw new SocketException((int)error);
            }
        }
    }
}
