using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>What is durable of one channel after a <see cref="SubmitUnits"/>, also when the submitted units were refused.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Refusal">Why nothing of the submitted units was taken, or <see cref="RefusalReason.None"/>.</param>
/// <param name="ConsumerIndex">Index of the consumer's newest durable unit; 0 before the first.</param>
/// <param name="ConsumerBytes">Bytes that this unit states.</param>
/// <param name="ProviderIndex">Index of the provider's newest durable unit; 0 before the first.</param>
/// <param name="ProviderBytes">Bytes that this unit states.</param>
public sealed record ChannelUnitsAck(
    ChannelId ChannelId, RefusalReason Refusal, ulong ConsumerIndex, ulong ConsumerBytes, ulong ProviderIndex, ulong ProviderBytes)
{
    /// <summary>Bytes of an entry.</summary>
    internal const int Length = 65;

    internal void Write(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.U8((byte)Refusal);
        writer.U64(ConsumerIndex);
        writer.U64(ConsumerBytes);
        writer.U64(ProviderIndex);
        writer.U64(ProviderBytes);
    }

    internal static ChannelUnitsAck? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var refusal = reader.EnumOrNone<RefusalReason>();
        var consumerIndex = reader.U64();
        var consumerBytes = reader.U64();
        var providerIndex = reader.U64();
        var providerBytes = reader.U64();
        return reader.Failed ? null : new ChannelUnitsAck(channelId, refusal, consumerIndex, consumerBytes, providerIndex, providerBytes);
    }
}
