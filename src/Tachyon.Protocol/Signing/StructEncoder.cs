using System.Buffers.Binary;
using System.Numerics;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>Writes the words of an EIP-712 struct into a stack buffer and hashes them. No allocation.</summary>
internal ref struct StructEncoder
{
    internal const int WordLength = 32;

    private readonly Span<byte> _buffer;
    private int _length;

    internal StructEncoder(Span<byte> buffer, Bytes32 typeHash)
    {
        _buffer = buffer;
        buffer.Clear();
        typeHash.CopyTo(buffer);
        _length = WordLength;
    }

    internal void Write(Address value) => value.CopyTo(Next()[12..]);

    internal void Write(Bytes32 value) => value.CopyTo(Next());

    internal void Write(ChannelId value) => value.CopyTo(Next());

    internal void Write(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Next()[24..], value);

    internal void Write(uint value) => Write((ulong)value);

    internal void Write(byte value) => Write((ulong)value);

    internal void Write(bool value) => Write(value ? 1UL : 0UL);

    internal void Write(TokenAmount value)
    {
        Span<byte> word = Next();
        BigInteger number = value.BaseUnits;
        int length = number.GetByteCount(isUnsigned: true);
        if (length > WordLength || !number.TryWriteBytes(word[(WordLength - length)..], out _, isUnsigned: true, isBigEndian: true))
        {
            throw new InvalidOperationException($"The amount {value} does not fit an EIP-712 word.");
        }
    }

    internal readonly void Hash(Span<byte> destination)
    {
        System.Diagnostics.Debug.Assert(_length == _buffer.Length, "The buffer must be of the struct's exact size.");
        Keccak256.Hash(_buffer[.._length], destination);
    }

    private Span<byte> Next()
    {
        Span<byte> word = _buffer.Slice(_length, WordLength);
        _length += WordLength;
        return word;
    }
}
