namespace Tachyon.Protocol.Frames;

/// <summary>
/// The exit's answer to a <see cref="FrameKind.RouteHello"/>: version u8 ‖ signature 65 bytes over <c>ExitAuth</c>. A view over
/// the payload; nothing is verified here.
/// </summary>
public readonly ref struct RouteProofPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 1 + 65;

    private readonly ReadOnlySpan<byte> _bytes;

    private RouteProofPayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Version of the frame layout that the exit speaks.</summary>
    public byte Version => _bytes[0];

    /// <summary>65 bytes r ‖ s ‖ v.</summary>
    public ReadOnlySpan<byte> Signature => _bytes.Slice(1, 65);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out RouteProofPayload proof)
    {
        proof = payload.Length == Bytes ? new RouteProofPayload(payload) : default;
        return payload.Length == Bytes ? FrameError.None : FrameError.MalformedPayload;
    }

    /// <summary>Writes the payload with this build's <see cref="FrameLayout.Version"/>.</summary>
    public static void Write(Span<byte> destination, ReadOnlySpan<byte> signature)
    {
        destination[0] = FrameLayout.Version;
        signature.CopyTo(destination.Slice(1, 65));
    }
}
