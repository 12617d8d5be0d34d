using System.Buffers.Binary;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// Cuts the bytes of a UDP stream into message bodies (<see cref="UdpMessage"/>), however the stream was split. Not thread
/// safe; its owner serialises.
/// </summary>
/// <remarks>Keeps at most one unfinished message. A whole one within what has arrived is not copied.</remarks>
public sealed class UdpMessageReader
{
    private byte[] _partial = [];
    private int _filled;

    /// <summary>Takes the next body off what has arrived.</summary>
    /// <param name="bytes">What has arrived; what was used is cut off. All of it is used when there is no body yet.</param>
    /// <param name="body">A body, valid until the next call.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryNext(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> body)
    {
        if (_filled == 0 && bytes.Length >= UdpMessage.LengthBytes)
        {
            var length = UdpMessage.LengthBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes);
            if (bytes.Length >= length)
            {
                body = bytes[UdpMessage.LengthBytes..length];
                bytes = bytes[length..];
                return true;
            }
        }

        Take(ref bytes, UdpMessage.LengthBytes);
        if (_filled >= UdpMessage.LengthBytes)
        {
            var length = UdpMessage.LengthBytes + BinaryPrimitives.ReadUInt16BigEndian(_partial);
            Take(ref bytes, length);
            if (_filled == length)
            {
                _filled = 0;
                body = _partial.AsSpan(UdpMessage.LengthBytes, length - UdpMessage.LengthBytes);
                return true;
            }
        }

        body = default;
        return false;
    }

    private void Take(ref ReadOnlySpan<byte> bytes, int upTo)
    {
        var count = Math.Min(bytes.Length, upTo - _filled);
        if (count <= 0)
        {
            return;
        }

        // By what has come, not by what a length promises.
        if (_partial.Length < _filled + count)
        {
            Array.Resize(ref _partial, Math.Min(UdpMessage.MaxBytes, Math.Max(2 * _partial.Length, _filled + count)));
        }

        bytes[..count].CopyTo(_partial.AsSpan(_filled));
        _filled += count;
        bytes = bytes[count..];
    }
}
