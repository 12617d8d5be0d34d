using System.Buffers;
using System.Buffers.Binary;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>Writes the fields of ledger records and states, all big-endian.</summary>
internal sealed class LedgerWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    internal byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    internal void Write(byte value) => Take(1)[0] = value;

    internal void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    internal void Write(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(ulong)), value);

    internal void Write(Bytes32 value) => value.CopyTo(Take(Bytes32.Length));

    internal void Write(Signature value) => value.CopyTo(Take(Signature.Length));

    internal void Write(SignedUnit value) => SignedUnitCodec.Write(value, Take(SignedUnitCodec.Length));

    internal void WriteOptional(SignedUnit? value)
    {
        Write(value is not null);
        if (value is not null)
        {
            Write(value);
        }
    }

    internal void Write(SignedClosure value)
    {
        Write(value.Closure.ChannelId.Value);
        Write(value.Closure.BytesUsed);
        Write(value.Closure.ValidUntilSeconds);
        Write(value.Signature);
    }

    internal void Write(Contradiction value)
    {
        Write((byte)value.Kind);
        Write(value.First);
        Write(value.Second);
    }

    internal void Write(ConsumerCounts value)
    {
        Write(value.OwnCountBytes);
        Write(value.AllowanceConcededBytes);
        Write(value.AheadConcededBytes);
        Write(value.AllowanceCheckpoint);
        Write(value.AllowanceUsedBytes);
    }

    internal void Write(ProviderCounts value)
    {
        Write(value.OwnCountBytes);
        Write(value.WrittenOffBytes);
        Write(value.AllowanceCheckpoint);
        Write(value.AllowanceUsedBytes);
        Write(value.LowestMissingBytes);
    }

    private Span<byte> Take(int length)
    {
        Span<byte> span = _buffer.GetSpan(length)[..length];
        _buffer.Advance(length);
        return span;
    }
}
