using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// The provider's answer to a <see cref="HelloPayload"/>: version u8 ‖ signature 65 bytes over <c>SessionAuth</c> ‖ the
/// record cipher that it chose u8 ‖ its part of the record keys 32 bytes. A view over the payload; nothing is verified here.
/// </summary>
public readonly ref struct WelcomePayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 1 + 65 + 1 + 32;

    private readonly ReadOnlySpan<byte> _bytes;

    private WelcomePayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Version of the frame layout that the provider speaks.</summary>
    public byte Version => _bytes[0];

    /// <summary>65 bytes r ‖ s ‖ v.</summary>
    public ReadOnlySpan<byte> Signature => _bytes.Slice(1, 65);

    /// <summary>The cipher of all that follows; with none the frames stay in TLS.</summary>
    public RecordCipher Cipher => (RecordCipher)_bytes[66];

    /// <summary>32 random bytes: the provider's part of the record keys.</summary>
    public ReadOnlySpan<byte> Secret => _bytes.Slice(67, 32);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out WelcomePayload welcome)
    {
        if (payload.Length != Bytes)
        {
            welcome = default;
            return FrameError.MalformedPayload;
        }

        welcome = new WelcomePayload(payload);
        return FrameError.None;
    }

    /// <summary>Writes the payload with this build's <see cref="FrameLayout.Version"/>.</summary>
    public static void Write(Span<byte> destination, ReadOnlySpan<byte> signature, RecordCipher cipher, ReadOnlySpan<byte> secret)
    {
        destination[0] = FrameLayout.Version;
        signature.CopyTo(destination.Slice(1, 65));
        destination[66] = (byte)cipher;
        secret.CopyTo(destination.Slice(67, 32));
    }
}
