using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// The exit takes a route's consumer: the record cipher that it chose u8 ‖ its part of the record keys 32 bytes. It has signed
/// already. A view over the payload.
/// </summary>
public readonly ref struct RouteWelcomePayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 1 + 32;

    private readonly ReadOnlySpan<byte> _bytes;

    private RouteWelcomePayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The cipher of all that follows; with none the frames stay in TLS.</summary>
    public RecordCipher Cipher => (RecordCipher)_bytes[0];

    /// <summary>32 random bytes: the exit's part of the record keys.</summary>
    public ReadOnlySpan<byte> Secret => _bytes.Slice(1, 32);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out RouteWelcomePayload welcome)
    {
        welcome = payload.Length == Bytes ? new RouteWelcomePayload(payload) : default;
        return payload.Length == Bytes ? FrameError.None : FrameError.MalformedPayload;
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> destination, RecordCipher cipher, ReadOnlySpan<byte> secret)
    {
        destination[0] = (byte)cipher;
        secret.CopyTo(destination.Slice(1, 32));
    }
}
