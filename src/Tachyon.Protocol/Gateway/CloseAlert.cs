using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>A channel of the edge is being closed on chain, or has ended. The edge looks at its own RPC endpoint.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Phase">Closing, settled, declined or expired.</param>
/// <param name="ConsumerBytes">uA as the silo knows it: the greatest count in a valid consumer unit.</param>
/// <param name="ProviderBytes">uB: the same of the provider.</param>
/// <param name="SettleFromSeconds">From when on the channel can be settled, Unix seconds; 0 unless closing.</param>
public sealed record CloseAlert(
    ChannelId ChannelId, ChannelPhase Phase, ulong ConsumerBytes, ulong ProviderBytes, ulong SettleFromSeconds) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.CloseAlert;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.U8((byte)Phase);
        writer.U64(ConsumerBytes);
        writer.U64(ProviderBytes);
        writer.U64(SettleFromSeconds);
    }

    internal static CloseAlert? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var phase = reader.Enum<ChannelPhase>();
        var consumerBytes = reader.U64();
        var providerBytes = reader.U64();
        var settleFrom = reader.U64();
        return reader.Failed ? null : new CloseAlert(channelId, phase, consumerBytes, providerBytes, settleFrom);
    }
}
