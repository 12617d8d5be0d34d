using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Gateway;

/// <summary>What is durable of one channel after a <see cref="SubmitUnits"/>, also when the submitted units were refused.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Refusal">Why nothing of the submitted units was taken, or <see cref="RefusalReason.None"/>.</param>
/// <param name="ConsumerIndex">Index of the consumer's newest durable unit; 0 before the first.</param>
/// <param name="ConsumerBytes">Bytes that this unit states.</param>
/// <param name="ProviderIndex">Index of the provider's newest durable unit; 0 before the first.</param>
/// <param name="ProviderBytes">Bytes that this unit states.</param>
/// <param name="Answer">The proxy's unit that answers the consumer's, where the channel is a lock of the operator's; durable as well.</param>
public sealed record ChannelUnitsAck(
    ChannelId ChannelId,
    RefusalReason Refusal,
    ulong ConsumerIndex,
    ulong ConsumerBytes,
    ulong ProviderIndex,
    ulong ProviderBytes,
    SignedUnit? Answer = null)
{
    /// <summary>Bytes of an entry without an answer.</summary>
    internal const int Length = 66;

    internal void Write(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.U8((byte)Refusal);
        writer.U64(ConsumerIndex);
        writer.U64(ConsumerBytes);
        writer.U64(ProviderIndex);
        writer.U64(ProviderBytes);
        writer.Flag(Answer is not null);
        if (Answer is not null)
        {
            new ChannelUnits(null, Answer).Write(writer);
        }
    }

    internal static ChannelUnitsAck? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var refusal = reader.EnumOrNone<RefusalReason>();
        var consumerIndex = reader.U64();
        var consumerBytes = reader.U64();
        var providerIndex = reader.U64();
        var providerBytes = reader.U64();
        var answer = reader.Flag() ? ChannelUnits.ReadOne(ref reader, channelId, ofConsumer: false) : null;
        return reader.Failed ? null : new ChannelUnitsAck(channelId, refusal, consumerIndex, consumerBytes, providerIndex, providerBytes, answer);
    }
}
