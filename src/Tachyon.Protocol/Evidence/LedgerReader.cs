using System.Buffers.Binary;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>Reads what <see cref="LedgerWriter"/> wrote, and refuses anything else.</summary>
internal ref struct LedgerReader
{
    private ReadOnlySpan<byte> _rest;

    internal LedgerReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    internal byte ReadByte() => Take(1)[0];

    internal bool ReadBoolean() => ReadByte() switch
    {
        0 => false,
        1 => true,
        byte other => throw new LedgerFormatException($"A flag of the ledger is {other}, neither 0 nor 1."),
    };

    internal ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)));

    internal Bytes32 ReadBytes32() => Bytes32.FromBytes(Take(Bytes32.Length));

    internal SignedUnit ReadUnit() =>
        SignedUnitCodec.TryRead(Take(SignedUnitCodec.Length), out SignedUnit? unit)
            ? unit
            : throw new LedgerFormatException("A unit of the ledger is unreadable.");

    internal SignedUnit? ReadOptionalUnit() => ReadBoolean() ? ReadUnit() : null;

    internal SignedClosure ReadClosure()
    {
        var closure = new Closure(new ChannelId(ReadBytes32()), ReadUInt64(), ReadUInt64());
        return new SignedClosure(closure, Signature.FromBytes(Take(Signature.Length)));
    }

    internal Contradiction ReadContradiction()
    {
        var kind = (ContradictionKind)ReadByte();
        return kind is ContradictionKind.SameIndexTwoContents or ContradictionKind.HigherIndexFewerBytes
            ? new Contradiction(kind, ReadUnit(), ReadUnit())
            : throw new LedgerFormatException($"The ledger holds a contradiction of unknown kind {(byte)kind}.");
    }

    internal ConsumerCounts ReadConsumerCounts() =>
        new(ReadUInt64(), ReadUInt64(), ReadUInt64(), ReadUInt64(), ReadUInt64());

    internal ProviderCounts ReadProviderCounts() =>
        new(ReadUInt64(), ReadUInt64(), ReadUInt64(), ReadUInt64(), ReadUInt64());

    internal readonly void End()
    {
        if (_rest.Length != 0)
        {
            throw new LedgerFormatException($"{_rest.Length} bytes follow the end of what the ledger stored.");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
        {
            throw new LedgerFormatException($"What the ledger stored is cut short: {length} bytes expected, {_rest.Length} there.");
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
