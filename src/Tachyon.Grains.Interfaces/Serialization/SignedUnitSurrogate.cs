using System.Buffers.Binary;

namespace Tachyon.Grains.Serialization;

/// <summary>A signed unit between silos and in storage: one block of bytes, since units are what silos carry most of.</summary>
/// <remarks>
/// <code>
/// channelId 32 | index 8 | bytesUsed 8 | consumer 20 | provider 20 | timestamp 8 | counterUnit 32 | signature 65
/// </code>
/// Integers are big-endian.
/// </remarks>
[GenerateSerializer, Immutable, Alias("tachyon.SignedUnitSurrogate")]
public struct SignedUnitSurrogate
{
    /// <summary>193 bytes.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts signed units for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class SignedUnitConverter : IConverter<SignedUnit, SignedUnitSurrogate>
{
    private const int IndexAt = 32;
    private const int BytesUsedAt = 40;
    private const int ConsumerAt = 48;
    private const int ProviderAt = 68;
    private const int TimestampAt = 88;
    private const int CounterUnitAt = 96;
    private const int SignatureAt = 128;
    private const int Length = SignatureAt + Signature.Length;

    /// <inheritdoc />
    public SignedUnit ConvertFromSurrogate(in SignedUnitSurrogate surrogate)
    {
        ReadOnlySpan<byte> bytes = surrogate.Bytes;
        if (bytes.Length != Length)
        {
            throw new InvalidOperationException($"A signed unit has {Length} bytes here, not {bytes.Length}.");
        }

        var unit = new UsageUnit(
            ChannelId.FromBytes(bytes[..IndexAt]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[IndexAt..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[BytesUsedAt..]),
            Address.FromBytes(bytes[ConsumerAt..ProviderAt]),
            Address.FromBytes(bytes[ProviderAt..TimestampAt]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[TimestampAt..]),
            Bytes32.FromBytes(bytes[CounterUnitAt..SignatureAt]));
        return new SignedUnit(unit, Signature.FromBytes(bytes[SignatureAt..]));
    }

    /// <inheritdoc />
    public SignedUnitSurrogate ConvertToSurrogate(in SignedUnit value)
    {
        byte[] bytes = new byte[Length];
        UsageUnit unit = value.Unit;
        unit.ChannelId.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(IndexAt), unit.Index);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(BytesUsedAt), unit.BytesUsed);
        unit.Consumer.CopyTo(bytes.AsSpan(ConsumerAt));
        unit.Provider.CopyTo(bytes.AsSpan(ProviderAt));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(TimestampAt), unit.TimestampMs);
        unit.CounterUnit.CopyTo(bytes.AsSpan(CounterUnitAt));
        value.Signature.CopyTo(bytes.AsSpan(SignatureAt));
        return new SignedUnitSurrogate { Bytes = bytes };
    }
}
