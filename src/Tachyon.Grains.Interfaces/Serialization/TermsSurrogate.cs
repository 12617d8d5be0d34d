using System.Buffers.Binary;
using System.Numerics;

namespace Tachyon.Grains.Serialization;

/// <summary>Terms between silos and in storage: one block of bytes, since every channel's record holds them.</summary>
/// <remarks>
/// <code>
/// consumer 20 | provider 20 | capacity 8 | tolerance 4 | kind 1 | salt 32 | price per MB, as many bytes as it needs
/// </code>
/// Integers are big-endian.
/// </remarks>
[GenerateSerializer, Immutable, Alias("tachyon.TermsSurrogate")]
public struct TermsSurrogate
{
    /// <summary>85 bytes and the price.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts terms for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class TermsConverter : IConverter<Terms, TermsSurrogate>
{
    private const int ProviderAt = 20;
    private const int CapacityAt = 40;
    private const int ToleranceAt = 48;
    private const int KindAt = 52;
    private const int SaltAt = 53;
    private const int PriceAt = 85;

    /// <inheritdoc />
    public Terms ConvertFromSurrogate(in TermsSurrogate surrogate)
    {
        ReadOnlySpan<byte> bytes = surrogate.Bytes;
        if (bytes.Length < PriceAt)
        {
            throw new InvalidOperationException($"Terms have at least {PriceAt} bytes here, not {bytes.Length}.");
        }

        return new Terms(
            Address.FromBytes(bytes[..ProviderAt]),
            Address.FromBytes(bytes[ProviderAt..CapacityAt]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[CapacityAt..]),
            new TokenAmount(new BigInteger(bytes[PriceAt..], isUnsigned: true, isBigEndian: true)),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[ToleranceAt..]),
            (ChannelKind)bytes[KindAt],
            Bytes32.FromBytes(bytes[SaltAt..PriceAt]));
    }

    /// <inheritdoc />
    public TermsSurrogate ConvertToSurrogate(in Terms value)
    {
        BigInteger price = value.PricePerMB.BaseUnits;
        byte[] bytes = new byte[PriceAt + price.GetByteCount(isUnsigned: true)];
        value.Consumer.CopyTo(bytes);
        value.Provider.CopyTo(bytes.AsSpan(ProviderAt));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(CapacityAt), value.CapacityBytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(ToleranceAt), value.TolerancePpm);
        bytes[KindAt] = (byte)value.Kind;
        value.Salt.CopyTo(bytes.AsSpan(SaltAt));
        _ = price.TryWriteBytes(bytes.AsSpan(PriceAt), out _, isUnsigned: true, isBigEndian: true);
        return new TermsSurrogate { Bytes = bytes };
    }
}
