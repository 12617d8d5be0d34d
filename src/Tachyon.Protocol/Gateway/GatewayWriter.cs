using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>Appends the fields of a message: integers big-endian, amounts as 32 bytes, texts behind a 16-bit length.</summary>
internal sealed class GatewayWriter(int sizeHint)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(sizeHint);

    public int Length => _buffer.WrittenCount;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void U8(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Flag(bool value) => U8(value ? (byte)1 : (byte)0);

    public void U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void Text(string value, int maxBytes)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > maxBytes)
        {
            throw new ArgumentException($"The text has {length} bytes in UTF-8; at most {maxBytes} fit.", nameof(value));
        }

        U16((ushort)length);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(length));
        _buffer.Advance(length);
    }

    /// <summary>A text for people, cut at a character's end where it is too long.</summary>
    public void CutText(string value, int maxBytes)
    {
        Span<byte> bytes = stackalloc byte[maxBytes];
        Utf8.FromUtf16(value, bytes, out _, out var written);
        U16((ushort)written);
        _buffer.Write(bytes[..written]);
    }

    public void Address(Address value)
    {
        value.CopyTo(_buffer.GetSpan(Identity.Address.Length));
        _buffer.Advance(Identity.Address.Length);
    }

    public void Bytes32(Bytes32 value)
    {
        value.CopyTo(_buffer.GetSpan(Identity.Bytes32.Length));
        _buffer.Advance(Identity.Bytes32.Length);
    }

    public void ChannelId(ChannelId value) => Bytes32(value.Value);

    public void Signature(Signature value)
    {
        value.CopyTo(_buffer.GetSpan(Signing.Signature.Length));
        _buffer.Advance(Signing.Signature.Length);
    }

    /// <summary>64 bytes, x ‖ y.</summary>
    public void PublicKey(PublicKey value)
    {
        value.CopyTo(_buffer.GetSpan(Signing.PublicKey.Length));
        _buffer.Advance(Signing.PublicKey.Length);
    }

    /// <summary>32 bytes, big-endian.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount needs more than 256 bits.</exception>
    public void Amount(TokenAmount value)
    {
        var bytes = _buffer.GetSpan(Identity.Bytes32.Length)[..Identity.Bytes32.Length];
        var length = value.BaseUnits.GetByteCount(isUnsigned: true);
        if (length > bytes.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "An amount has at most 256 bits.");
        }

        bytes.Clear();
        value.BaseUnits.TryWriteBytes(bytes[(bytes.Length - length)..], out _, isUnsigned: true, isBigEndian: true);
        _buffer.Advance(bytes.Length);
    }

    public void Domain(Eip712Domain value)
    {
        U64(value.ChainId);
        Address(value.VerifyingContract);
    }

    public void Terms(Terms value)
    {
        Address(value.Consumer);
        Address(value.Provider);
        U64(value.CapacityBytes);
        Amount(value.PricePerMB);
        U32(value.TolerancePpm);
        U8((byte)value.Kind);
        Bytes32(value.Salt);
    }

    public void Closure(Closure value)
    {
        ChannelId(value.ChannelId);
        U64(value.BytesUsed);
        U64(value.ValidUntilSeconds);
    }

    public void SignedClosure(SignedClosure value)
    {
        Closure(value.Closure);
        Signature(value.Signature);
    }
}
