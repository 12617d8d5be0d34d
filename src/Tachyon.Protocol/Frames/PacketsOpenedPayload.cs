using System.Buffers.Binary;
using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// The provider's answer to a <see cref="PacketsOpenPayload"/>: nothing where it carries no packets, else the number under which it
/// receives u32 ‖ the cipher that it chose u8 ‖ its part of the datagram keys 32 bytes ‖ its UDP port u16 ‖ the largest packet u16 ‖
/// the consumer's IPv4 address 4 bytes ‖ the consumer's IPv6 address 16 bytes. A view over the payload.
/// </summary>
public readonly ref struct PacketsOpenedPayload
{
    /// <summary>Bytes of the payload of a provider that carries packets.</summary>
    public const int Bytes = 4 + 1 + 32 + 2 + 2 + 4 + 16;

    private readonly ReadOnlySpan<byte> _bytes;

    private PacketsOpenedPayload(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Whether the provider carries packets; where not, there is nothing else.</summary>
    public bool IsServed => !_bytes.IsEmpty;

    /// <summary>The number that the consumer puts into its datagrams.</summary>
    public uint Receiver => BinaryPrimitives.ReadUInt32BigEndian(_bytes);

    /// <summary>The cipher of the datagrams.</summary>
    public RecordCipher Cipher => (RecordCipher)_bytes[4];

    /// <summary>32 random bytes: the provider's part of the datagram keys.</summary>
    public ReadOnlySpan<byte> Secret => _bytes.Slice(5, 32);

    /// <summary>Where the provider receives datagrams, at the address that the session goes to.</summary>
    public int Port => BinaryPrimitives.ReadUInt16BigEndian(_bytes[37..]);

    /// <summary>The largest packet in bytes: the MTU of both devices.</summary>
    public int MtuBytes => BinaryPrimitives.ReadUInt16BigEndian(_bytes[39..]);

    /// <summary>The consumer's IPv4 address.</summary>
    public ReadOnlySpan<byte> IPv4 => _bytes.Slice(41, 4);

    /// <summary>The consumer's IPv6 address.</summary>
    public ReadOnlySpan<byte> IPv6 => _bytes.Slice(45, 16);

    /// <summary>Views a payload.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out PacketsOpenedPayload opened)
    {
        opened = default;
        if (payload.IsEmpty)
        {
            return FrameError.None;
        }

        if (payload.Length != Bytes)
        {
            return FrameError.MalformedPayload;
        }

        opened = new PacketsOpenedPayload(payload);
        var isSound = opened is { Port: > 0, MtuBytes: >= 1280, Cipher: > RecordCipher.None and <= RecordCipher.ChaCha20Poly1305 };
        return isSound ? FrameError.None : FrameError.MalformedPayload;
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(
        Span<byte> destination, uint receiver, RecordCipher cipher, ReadOnlySpan<byte> secret, int port, int mtuBytes,
        ReadOnlySpan<byte> ipv4, ReadOnlySpan<byte> ipv6)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, receiver);
        destination[4] = (byte)cipher;
        secret.CopyTo(destination.Slice(5, 32));
        BinaryPrimitives.WriteUInt16BigEndian(destination[37..], (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(destination[39..], (ushort)mtuBytes);
        ipv4.CopyTo(destination.Slice(41, 4));
        ipv6.CopyTo(destination.Slice(45, 16));
    }
}
