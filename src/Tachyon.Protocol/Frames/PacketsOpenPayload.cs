using System.Buffers.Binary;
using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// A consumer asks for a path for packets: the number under which it receives u32 ‖ ciphers that it is willing to use u8 ‖ its part
/// of the datagram keys 32 bytes. A view over the payload.
/// </summary>
public readonly ref struct PacketsOpenPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 4 + 1 + 32;

    private readonly ReadOnlySpan<byte> _bytes;

    private PacketsOpenPayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The number that the provider puts into its datagrams.</summary>
    public uint Receiver => BinaryPrimitives.ReadUInt32BigEndian(_bytes);

    /// <summary>The ciphers that the consumer is willing to use; bits that this version does not know mean nothing.</summary>
    public RecordCiphers Ciphers => (RecordCiphers)_bytes[4];

    /// <summary>32 random bytes: the consumer's part of the datagram keys.</summary>
    public ReadOnlySpan<byte> Secret => _bytes.Slice(5, 32);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out PacketsOpenPayload open)
    {
        open = payload.Length == Bytes ? new PacketsOpenPayload(payload) : default;
        return payload.Length == Bytes ? FrameError.None : FrameError.MalformedPayload;
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> destination, uint receiver, RecordCiphers ciphers, ReadOnlySpan<byte> secret)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, receiver);
        destination[4] = (byte)ciphers;
        secret.CopyTo(destination.Slice(5, 32));
    }
}
