using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Udp;

/// <summary>
/// A UDP socket as the local end of a stream: datagrams become messages of the stream (<see cref="UdpMessage"/>) and back.
/// </summary>
/// <remarks>
/// Nothing queues here: what the stream cannot take yet stays in the socket's own buffer, where the system drops what is
/// too much; what the socket does not take at once is dropped. One datagram may stand half in one data frame and half in
/// the next, and is kept that long.
/// </remarks>
internal abstract class UdpEndpoint(Socket socket) : IStreamEndpoint, IDisposable
{
    // How many datagrams one turn at the connection looks at: others wait for theirs.
    private const int DatagramsPerRead = 64;

    private readonly byte[] _peek = new byte[1];
    private readonly SocketAddress _source = new(socket.AddressFamily);
    private readonly UdpMessageReader _reader = new();
    private readonly CancellationTokenSource _closed = new();
    private byte[]? _rest;
    private int _restStart;
    private int _restEnd;

    /// <summary>The socket; non-blocking.</summary>
    protected Socket Socket { get; } = socket;

    /// <summary>Cancelled by <see cref="Close"/>.</summary>
    protected CancellationToken Closed => _closed.Token;

    /// <summary>Whether <see cref="Close"/> was called.</summary>
    protected bool IsClosed => _closed.IsCancellationRequested;

    public ValueTask WaitForDataAsync()
    {
        if (_rest is not null)
        {
            return ValueTask.CompletedTask;
        }

        return WaitAsync();
    }

    public bool WaitBrieflyForRoom() => false;

    public int TryRead(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var written = TakeRest(buffer);
        for (var looked = 0; looked < DatagramsPerRead && written < buffer.Length && _rest is null; looked++)
        {
            if (!TryReadDatagram(buffer[written..], out var count))
            {
                break;
            }

            written += count;
        }

        return written == 0 ? -1 : written;
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var left = bytes;
        while (_reader.TryNext(ref left, out var body))
        {
            Forward(body);
        }

        return bytes.Length;
    }

    // Only what came before the stream was attached: TryWrite takes everything.
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        TryWrite(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public void ShutdownWrite()
    {
        // Datagrams have no end; the association lives until its stream is given up.
    }

    public virtual bool WasIdle => false;

    public virtual void Close(bool inOrder) => _closed.Cancel();

    public void Dispose()
    {
        Close(inOrder: false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Turns a received datagram into a message.</summary>
    /// <param name="datagram">What the socket received.</param>
    /// <param name="source">From whom.</param>
    /// <param name="message">Where to write the message, with room for <see cref="UdpMessage.MaxBytes"/>.</param>
    /// <returns>Bytes of the message; zero to drop the datagram.</returns>
    protected abstract int Accept(ReadOnlySpan<byte> datagram, SocketAddress source, Span<byte> message);

    /// <summary>Sends a message's datagram, or drops it. Must not wait.</summary>
    /// <exception cref="IOException">It is no message; the stream ends.</exception>
    protected abstract void Forward(ReadOnlySpan<byte> body);

    /// <summary>Sends without waiting; what the socket does not take now is dropped.</summary>
    /// <returns>False where the network or its family cannot be reached at all.</returns>
    protected bool TrySend(ReadOnlySpan<byte> datagram, SocketAddress target)
    {
        try
        {
            Socket.SendTo(datagram, SocketFlags.None, target);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode
            is SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.NetworkDown)
        {
            return false;
        }
        catch (SocketException)
        {
            // Too large, no room, refused by a filter: datagrams get lost.
            return true;
        }
    }

    private bool TryReadDatagram(Span<byte> buffer, out int count)
    {
        count = 0;
        var scratch = ArrayPool<byte>.Shared.Rent(2 * UdpMessage.MaxBytes);
        try
        {
            if (!Socket.Poll(0, SelectMode.SelectRead))
            {
                return false;
            }

            var datagram = scratch.AsSpan(UdpMessage.MaxBytes, UdpMessage.MaxBytes);
            datagram = datagram[..Socket.ReceiveFrom(datagram, SocketFlags.None, _source)];
            var length = Accept(datagram, _source, scratch);
            count = Math.Min(length, buffer.Length);
            scratch.AsSpan(0, count).CopyTo(buffer);
            if (count < length)
            {
                (_rest, _restStart, _restEnd) = (scratch, count, length);
            }

            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            // Damaged on the way, or an old one was refused somewhere: neither is a datagram.
            return false;
        }
        finally
        {
            if (!ReferenceEquals(_rest, scratch))
            {
                ArrayPool<byte>.Shared.Return(scratch);
            }
        }
    }

    private int TakeRest(Span<byte> buffer)
    {
        if (_rest is not { } rest)
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _restEnd - _restStart);
        rest.AsSpan(_restStart, count).CopyTo(buffer);
        _restStart += count;
        if (_restStart == _restEnd)
        {
            _rest = null;
            ArrayPool<byte>.Shared.Return(rest);
        }

        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync() => await Socket.ReceiveAsync(_peek, SocketFlags.Peek, _closed.Token);
}
