using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A provider's signed confirmation, which the silo sends to the chain from its own account when the provider has a slot.
/// Answered by <see cref="Accepted"/> once the intent is durable (the transaction follows as <see cref="SettlementStatus"/>),
/// else by <see cref="Refused"/>.
/// </summary>
/// <param name="Terms">The terms of the channel; the sender is the provider.</param>
/// <param name="ValidUntilSeconds">Unix seconds, inclusive.</param>
/// <param name="Signature">The provider's, on <c>Confirm(channelId, validUntil)</c>.</param>
public sealed record ConfirmRelay(Terms Terms, ulong ValidUntilSeconds, Signature Signature) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.ConfirmRelay;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Terms(Terms);
        writer.U64(ValidUntilSeconds);
        writer.Signature(Signature);
    }

    internal static ConfirmRelay? Read(ref GatewayReader reader)
    {
        var terms = reader.Terms();
        var validUntilSeconds = reader.U64();
        var signature = reader.Signature();
        return reader.Failed ? null : new ConfirmRelay(terms!, validUntilSeconds, signature);
    }
}
