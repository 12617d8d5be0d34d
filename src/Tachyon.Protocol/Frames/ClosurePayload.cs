using System.Buffers.Binary;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// A signed closure of the session's channel: bytesUsed u64 ‖ validUntil u64, Unix seconds ‖ signature 65 bytes.
/// A view over the payload; nothing is verified here.
/// </summary>
public readonly ref struct ClosurePayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 8 + 8 + 65;

    private readonly ReadOnlySpan<byte> _bytes;

    private ClosurePayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Final bytes of the channel.</summary>
    public ulong BytesUsed => BinaryPrimitives.ReadUInt64BigEndian(_bytes);

    /// <summary>Last second, Unix time, at which the chain takes the closure.</summary>
    public ulong ValidUntilSeconds => BinaryPrimitives.ReadUInt64BigEndian(_bytes[8..]);

    /// <summary>65 bytes r ‖ s ‖ v.</summary>
    public ReadOnlySpan<byte> Signature => _bytes.Slice(16, 65);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ClosurePayload closure)
    {
        if (payload.Length != Bytes)
        {
            closure = default;
            return FrameError.MalformedPayload;
        }

        closure = new ClosurePayload(payload);
        return FrameError.None;
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> destination, ulong bytesUsed, ulong validUntilSeconds, ReadOnlySpan<byte> signature)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, bytesUsed);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], validUntilSeconds);
        signature.CopyTo(destination.Slice(16, 65));
    }
}
