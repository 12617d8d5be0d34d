using System.Buffers;
using System.Net.WebSockets;
using Tachyon.Protocol.Gateway;

namespace Tachyon.Silo.Gateway;

/// <summary>What the reader found.</summary>
internal enum ReadOutcome
{
    /// <summary>A whole binary message.</summary>
    Message = 0,

    /// <summary>The other side closed.</summary>
    Closed = 1,

    /// <summary>A text message.</summary>
    NotBinary = 2,

    /// <summary>More than <see cref="GatewayLimits.MaxMessageBytes"/>.</summary>
    TooLong = 3,
}

/// <summary>
/// Reads whole messages from a WebSocket. Waiting costs a small buffer, since most of many connections are idle: units of
/// both sides for five channels, as many as a provider has, fit it. A longer message borrows a large one.
/// </summary>
internal sealed class MessageReader(WebSocket socket)
{
    private readonly byte[] _small = new byte[2_048];
    private byte[]? _large;
    private int _length;

    /// <summary>The message, until the next read.</summary>
    public ReadOnlySpan<byte> Message => (_large ?? _small).AsSpan(0, _length);

    public async ValueTask<ReadOutcome> ReadAsync(CancellationToken cancellationToken)
    {
        Release();
        while (true)
        {
            var received = await socket.ReceiveAsync((_large ?? _small).AsMemory(_length), cancellationToken);
            _length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return ReadOutcome.Closed;
            }

            if (received.MessageType != WebSocketMessageType.Binary)
            {
                return ReadOutcome.NotBinary;
            }

            if (_length > GatewayLimits.MaxMessageBytes)
            {
                return ReadOutcome.TooLong;
            }

            if (received.EndOfMessage)
            {
                return ReadOutcome.Message;
            }

            if (_large is null && _length == _small.Length)
            {
                // The pool rounds up, so that one byte too many shows.
                _large = ArrayPool<byte>.Shared.Rent(GatewayLimits.MaxMessageBytes + 1);
                _small.CopyTo(_large, 0);
            }
        }
    }

    /// <summary>Gives a borrowed buffer back.</summary>
    public void Release()
    {
        _length = 0;
        if (_large is not null)
        {
            ArrayPool<byte>.Shared.Return(_large);
            _large = null;
        }
    }
}
