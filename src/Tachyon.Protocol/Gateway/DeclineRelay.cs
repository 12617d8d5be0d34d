using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A provider's signed refusal of an opened channel, so that its consumer gets the deposit back at once. Answered by
/// <see cref="Accepted"/> once the intent is durable, or <see cref="Refused"/>.
/// </summary>
/// <param name="ChannelId">The channel; the sender is its provider.</param>
/// <param name="ValidUntilSeconds">Unix seconds, inclusive.</param>
/// <param name="Signature">The provider's, on <c>Decline(channelId, validUntil)</c>.</param>
/// <param name="Reason">Why, for the consumer to read; the chain does not carry it.</param>
public sealed record DeclineRelay(ChannelId ChannelId, ulong ValidUntilSeconds, Signature Signature, RefusalReason Reason)
    : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.DeclineRelay;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.U64(ValidUntilSeconds);
        writer.Signature(Signature);
        writer.U8((byte)Reason);
    }

    internal static DeclineRelay? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var validUntilSeconds = reader.U64();
        var signature = reader.Signature();
        var reason = reader.EnumOrNone<RefusalReason>();
        return reader.Failed ? null : new DeclineRelay(channelId, validUntilSeconds, signature, reason);
    }
}
