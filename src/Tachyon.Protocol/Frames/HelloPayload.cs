using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// The consumer's introduction: version u8 ‖ channel id 32 bytes ‖ signature 65 bytes over <c>SessionAuth</c> ‖ record ciphers
/// that it is willing to use u8 ‖ its part of the record keys 32 bytes. A view over the payload; nothing is verified here.
/// </summary>
public readonly ref struct HelloPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 1 + 32 + 65 + 1 + 32;

    private readonly ReadOnlySpan<byte> _bytes;

    private HelloPayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Version of the frame layout that the consumer speaks.</summary>
    public byte Version => _bytes[0];

    /// <summary>32 bytes: the channel that this session is for.</summary>
    public ReadOnlySpan<byte> ChannelId => _bytes.Slice(1, 32);

    /// <summary>65 bytes r ‖ s ‖ v.</summary>
    public ReadOnlySpan<byte> Signature => _bytes.Slice(33, 65);

    /// <summary>The ciphers that the consumer is willing to use for records; bits that this version does not know mean nothing.</summary>
    public RecordCiphers Ciphers => (RecordCiphers)_bytes[98];

    /// <summary>32 random bytes: the consumer's part of the record keys.</summary>
    public ReadOnlySpan<byte> Secret => _bytes.Slice(99, 32);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out HelloPayload hello)
    {
        if (payload.Length != Bytes)
        {
            hello = default;
            return FrameError.MalformedPayload;
        }

        hello = new HelloPayload(payload);
        return FrameError.None;
    }

    /// <summary>Writes the payload with this build's <see cref="FrameLayout.Version"/>.</summary>
    public static void Write(
        Span<byte> destination, ReadOnlySpan<byte> channelId, ReadOnlySpan<byte> signature, RecordCiphers ciphers, ReadOnlySpan<byte> secret)
    {
        destination[0] = FrameLayout.Version;
        channelId.CopyTo(destination.Slice(1, 32));
        signature.CopyTo(destination.Slice(33, 65));
        destination[98] = (byte)ciphers;
        secret.CopyTo(destination.Slice(99, 32));
    }
}
