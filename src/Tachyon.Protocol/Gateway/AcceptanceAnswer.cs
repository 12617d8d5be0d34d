using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// What a provider says to <see cref="AcceptanceAsked"/>. What it signs is durable there before this leaves. Answered by
/// <see cref="Accepted"/> when it goes on to the consumer, or <see cref="Refused"/>.
/// </summary>
/// <param name="ChannelId">The channel of the terms that it was asked about.</param>
/// <param name="ExpirySeconds">As it was asked for.</param>
/// <param name="Signature">The provider's, on <c>Acceptance(channelId, expiry)</c>; null when it refuses.</param>
/// <param name="Reason">Why it refuses; <see cref="RefusalReason.None"/> with a signature.</param>
public sealed record AcceptanceAnswer(ChannelId ChannelId, ulong ExpirySeconds, Signature? Signature, RefusalReason Reason)
    : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.AcceptanceAnswer;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.U64(ExpirySeconds);
        writer.Flag(Signature is not null);
        if (Signature is { } signature)
        {
            writer.Signature(signature);
        }

        writer.U8((byte)Reason);
    }

    internal static AcceptanceAnswer? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var expirySeconds = reader.U64();
        Signature? signature = reader.Flag() ? reader.Signature() : null;
        var reason = reader.EnumOrNone<RefusalReason>();
        return reader.Failed ? null : new AcceptanceAnswer(channelId, expirySeconds, signature, reason);
    }
}
