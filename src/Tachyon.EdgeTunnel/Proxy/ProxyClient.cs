using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Proxy;

/// <summary>A local client's connection while it says what it wants: what has arrived, message by message.</summary>
/// <remarks>Used by one negotiation; not thread safe. Does not own the socket.</remarks>
internal sealed class ProxyClient(Socket socket)
{
    private const int FirstBufferBytes = 1024;

    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _end;

    public Socket Socket { get; } = socket;

    /// <summary>What has arrived and is not used yet.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(0, _end);

    /// <summary>Waits for more.</summary>
    /// <param name="mostBytes">The most that may stand unused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the client left, or has sent that much already.</returns>
    public async ValueTask<bool> FillAsync(int mostBytes, CancellationToken cancellationToken)
    {
        if (_end >= mostBytes)
        {
            return false;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var count = await Socket.ReceiveQuietlyAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count > 0;
    }

    /// <summary>So many bytes are used.</summary>
    public void Use(int bytes)
    {
        _buffer.AsSpan(bytes, _end - bytes).CopyTo(_buffer);
        _end -= bytes;
    }

    /// <summary>Sends all of it.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => Socket.SendQuietlyAsync(bytes, cancellationToken);
}
