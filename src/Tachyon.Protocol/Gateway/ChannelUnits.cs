using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Gateway;

/// <summary>The newest units of one channel, of one side or of both. Units are cumulative, so older ones need not travel.</summary>
public sealed record ChannelUnits
{
    /// <summary>Bytes of an entry with both units.</summary>
    internal const int MaxLength = 315;

    /// <summary>At least one of the two; both are of the same channel and parties.</summary>
    /// <exception cref="ArgumentException">Neither unit is given, or they are of different channels or parties.</exception>
    public ChannelUnits(SignedUnit? consumerUnit, SignedUnit? providerUnit)
    {
        var first = (consumerUnit ?? providerUnit)?.Unit
            ?? throw new ArgumentException("A channel's units hold the consumer's, the provider's or both.", nameof(consumerUnit));
        if (providerUnit is not null && !SameChannel(first, providerUnit.Unit))
        {
            throw new ArgumentException(
                $"The consumer's unit is of channel {first.ChannelId}, the provider's of {providerUnit.Unit.ChannelId}.", nameof(providerUnit));
        }

        ConsumerUnit = consumerUnit;
        ProviderUnit = providerUnit;
        ChannelId = first.ChannelId;
    }

    /// <summary>The channel of the units.</summary>
    public ChannelId ChannelId { get; }

    /// <summary>The consumer's newest unit, if it is sent.</summary>
    public SignedUnit? ConsumerUnit { get; }

    /// <summary>The provider's newest unit, if it is sent.</summary>
    public SignedUnit? ProviderUnit { get; }

    internal void Write(GatewayWriter writer)
    {
        var unit = (ConsumerUnit ?? ProviderUnit)!.Unit;
        writer.ChannelId(unit.ChannelId);
        writer.Address(unit.Consumer);
        writer.Address(unit.Provider);
        writer.U8((byte)((ConsumerUnit is null ? 0 : 1) | (ProviderUnit is null ? 0 : 2)));
        WriteUnit(writer, ConsumerUnit);
        WriteUnit(writer, ProviderUnit);
    }

    internal static ChannelUnits? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var consumer = reader.Address();
        var provider = reader.Address();
        var sides = reader.U8();
        if (!reader.Failed && sides is 0 or > 3)
        {
            reader.Fail(GatewayDecodeFault.BadValue);
        }

        var consumerUnit = (sides & 1) != 0 ? ReadUnit(ref reader, channelId, consumer, provider) : null;
        var providerUnit = (sides & 2) != 0 ? ReadUnit(ref reader, channelId, consumer, provider) : null;
        return reader.Failed ? null : new ChannelUnits(consumerUnit, providerUnit);
    }

    /// <summary>Reads an entry that must hold the unit of one side alone, of the channel that is spoken of.</summary>
    internal static SignedUnit? ReadOne(ref GatewayReader reader, ChannelId channelId, bool ofConsumer)
    {
        var units = Read(ref reader);
        if (reader.Failed)
        {
            return null;
        }

        var (unit, other) = ofConsumer ? (units!.ConsumerUnit, units.ProviderUnit) : (units!.ProviderUnit, units.ConsumerUnit);
        if (unit is null || other is not null || units.ChannelId != channelId)
        {
            reader.Fail(GatewayDecodeFault.BadValue);
            return null;
        }

        return unit;
    }

    private static bool SameChannel(UsageUnit one, UsageUnit other) =>
        one.ChannelId == other.ChannelId && one.Consumer == other.Consumer && one.Provider == other.Provider;

    private static void WriteUnit(GatewayWriter writer, SignedUnit? signed)
    {
        if (signed is not null)
        {
            writer.U64(signed.Unit.Index);
            writer.U64(signed.Unit.BytesUsed);
            writer.U64(signed.Unit.TimestampMs);
            writer.Bytes32(signed.Unit.CounterUnit);
            writer.Signature(signed.Signature);
        }
    }

    private static SignedUnit? ReadUnit(ref GatewayReader reader, ChannelId channelId, Address consumer, Address provider)
    {
        var index = reader.U64();
        var bytesUsed = reader.U64();
        var timestampMs = reader.U64();
        var counterUnit = reader.Bytes32();
        var signature = reader.Signature();
        return reader.Failed
            ? null
            : new SignedUnit(new UsageUnit(channelId, index, bytesUsed, consumer, provider, timestampMs, counterUnit), signature);
    }
}
