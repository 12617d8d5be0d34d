using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// Which route a consumer comes for: tag 32 bytes ‖ signature 65 bytes of the route's key over <c>RouteAuth</c> ‖ record ciphers
/// that it is willing to use u8 ‖ its part of the record keys 32 bytes. A view over the payload; nothing is verified here.
/// </summary>
public readonly ref struct RouteOpenPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 32 + 65 + 1 + 32;

    private readonly ReadOnlySpan<byte> _bytes;

    private RouteOpenPayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>32 bytes: the route's tag.</summary>
    public ReadOnlySpan<byte> Tag => _bytes[..32];

    /// <summary>65 bytes r ‖ s ‖ v.</summary>
    public ReadOnlySpan<byte> Signature => _bytes.Slice(32, 65);

    /// <summary>The ciphers that the consumer is willing to use for records; bits that this version does not know mean nothing.</summary>
    public RecordCiphers Ciphers => (RecordCiphers)_bytes[97];

    /// <summary>32 random bytes: the consumer's part of the record keys.</summary>
    public ReadOnlySpan<byte> Secret => _bytes.Slice(98, 32);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out RouteOpenPayload open)
    {
        open = payload.Length == Bytes ? new RouteOpenPayload(payload) : default;
        return payload.Length == Bytes ? FrameError.None : FrameError.MalformedPayload;
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(
        Span<byte> destination, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> signature, RecordCiphers ciphers, ReadOnlySpan<byte> secret)
    {
        tag.CopyTo(destination[..32]);
        signature.CopyTo(destination.Slice(32, 65));
        destination[97] = (byte)ciphers;
        secret.CopyTo(destination.Slice(98, 32));
    }
}
