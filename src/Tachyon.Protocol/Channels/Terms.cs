using System.Numerics;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Channels;

/// <summary>The fixed terms of a channel; their digest is the channel id (protocol, "Terms, channel id, life").</summary>
/// <param name="Consumer">The node that buys bytes and opens the channel.</param>
/// <param name="Provider">The node that sells bytes, or the proxy of a lock.</param>
/// <param name="CapacityBytes">The opening capacity in bytes, a multiple of 1,000. Top-ups do not change the terms.</param>
/// <param name="PricePerMB">Base units of the token per 1,000,000 bytes, at most 96 bits.</param>
/// <param name="TolerancePpm">The packet loss that both accept, in parts per million, applied per checkpoint.</param>
/// <param name="Kind">Direct, or a lock.</param>
/// <param name="Salt">Makes otherwise equal terms different channels.</param>
public sealed record Terms(
    Address Consumer,
    Address Provider,
    ulong CapacityBytes,
    TokenAmount PricePerMB,
    uint TolerancePpm,
    ChannelKind Kind,
    Bytes32 Salt) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "Terms(address consumer,address provider,uint64 capacity,uint96 pricePerMB,uint32 tolerance,uint8 kind,bytes32 salt)");

    private static readonly BigInteger BytesPerMB = ProtocolConstants.BytesPerMB;

    /// <summary>What may be lost within one checkpoint, in bytes: ceil(5 MB × tolerance).</summary>
    public ulong AllowancePerCheckpointBytes => ByteCounts.AllowancePerCheckpoint(TolerancePpm);

    /// <summary>The channel's id on the contract that the domain names.</summary>
    public ChannelId ChannelId(Eip712Domain domain) => new(TypedData.Digest(this, domain));

    /// <summary>What <paramref name="bytes"/> cost: floor(bytes × price / 10^6), for a lock floor(that × 110 / 100).</summary>
    public TokenAmount Price(ulong bytes)
    {
        BigInteger price = new BigInteger(bytes) * PricePerMB.BaseUnits / BytesPerMB;
        return new TokenAmount(Kind == ChannelKind.Lock ? price * ProtocolConstants.LockPercent / 100 : price);
    }

    /// <summary>What must be deposited for a capacity: ceil(capacity × price / 10^6), for a lock ceil(that × 110 / 100).</summary>
    public TokenAmount Deposit(ulong capacityBytes)
    {
        BigInteger deposit = CeilDivide(new BigInteger(capacityBytes) * PricePerMB.BaseUnits, BytesPerMB);
        return new TokenAmount(
            Kind == ChannelKind.Lock ? CeilDivide(deposit * ProtocolConstants.LockPercent, 100) : deposit);
    }

    /// <summary>What a top-up pays: deposit(new) − deposit(old).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The new capacity is the lower one.</exception>
    public TokenAmount TopUpDeposit(ulong oldCapacityBytes, ulong newCapacityBytes) =>
        Deposit(newCapacityBytes) - Deposit(oldCapacityBytes);

    /// <summary>The first fault of these terms, or null when a channel may be opened under them.</summary>
    public TermsRefusal? Validate()
    {
        if (Consumer.IsZero)
        {
            return new TermsRefusal(TermsFault.ConsumerMissing, Consumer.ToString(), "a consumer's address");
        }

        if (Provider.IsZero)
        {
            return new TermsRefusal(TermsFault.ProviderMissing, Provider.ToString(), "a provider's address");
        }

        if (Consumer == Provider)
        {
            return new TermsRefusal(TermsFault.SelfChannel, Provider.ToString(), "another node than the consumer");
        }

        if (PricePerMB.IsZero)
        {
            return new TermsRefusal(TermsFault.PriceZero, "0", "a price above zero");
        }

        if (PricePerMB > TokenAmount.MaxPrice)
        {
            return new TermsRefusal(TermsFault.PriceTooLarge, PricePerMB.ToString(), $"at most {TokenAmount.MaxPrice}");
        }

        if (TolerancePpm > ProtocolConstants.MaxTolerancePpm)
        {
            return new TermsRefusal(
                TermsFault.ToleranceTooLarge, $"{TolerancePpm} ppm", $"at most {ProtocolConstants.MaxTolerancePpm} ppm");
        }

        if (Kind is not (ChannelKind.Direct or ChannelKind.Lock))
        {
            return new TermsRefusal(TermsFault.KindUnknown, ((byte)Kind).ToString(), "1 (direct) or 2 (lock)");
        }

        return ValidateCapacity(CapacityBytes);
    }

    /// <summary>The fault of a top-up from one capacity to another, or null when it is right.</summary>
    public static TermsRefusal? ValidateTopUp(ulong oldCapacityBytes, ulong newCapacityBytes) =>
        ValidateCapacity(newCapacityBytes) ?? (newCapacityBytes <= oldCapacityBytes
            ? new TermsRefusal(TermsFault.CapacityNotRaised, $"{newCapacityBytes} bytes", $"more than {oldCapacityBytes} bytes")
            : null);

    private static TermsRefusal? ValidateCapacity(ulong capacityBytes)
    {
        if (capacityBytes == 0)
        {
            return new TermsRefusal(TermsFault.CapacityZero, "0 bytes", "at least 1,000 bytes");
        }

        if (!ByteCounts.IsWholeKB(capacityBytes))
        {
            return new TermsRefusal(TermsFault.CapacityNotWholeKB, $"{capacityBytes} bytes", "a multiple of 1,000 bytes");
        }

        return capacityBytes > ProtocolConstants.MaxCapacityBytes
            ? new TermsRefusal(
                TermsFault.CapacityTooLarge, $"{capacityBytes} bytes", $"at most {ProtocolConstants.MaxCapacityBytes} bytes")
            : null;
    }

    private static BigInteger CeilDivide(BigInteger dividend, BigInteger divisor) => (dividend + divisor - 1) / divisor;

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[8 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(Consumer);
        encoder.Write(Provider);
        encoder.Write(CapacityBytes);
        encoder.Write(PricePerMB);
        encoder.Write(TolerancePpm);
        encoder.Write((byte)Kind);
        encoder.Write(Salt);
        encoder.Hash(destination);
    }
}
