using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>The provider accepts. The consumer checks the signature itself before it relies on it.</summary>
/// <param name="ExpirySeconds">The last second, in Unix time, at which the acceptance holds.</param>
/// <param name="Signature">The provider's, on <c>Acceptance(channelId, expiry)</c> of the terms that were asked about.</param>
public sealed record AcceptanceReply(ulong ExpirySeconds, Signature Signature) : GatewayReply
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.AcceptanceReply;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U64(ExpirySeconds);
        writer.Signature(Signature);
    }

    internal static AcceptanceReply? Read(ref GatewayReader reader)
    {
        var expirySeconds = reader.U64();
        var signature = reader.Signature();
        return reader.Failed ? null : new AcceptanceReply(expirySeconds, signature);
    }
}
