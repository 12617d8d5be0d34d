using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>The gateway's answer to <see cref="Hello"/>: what the edge must sign to prove its key.</summary>
/// <param name="Nonce">Random, for this connection alone, used once.</param>
/// <param name="Operator">The address whose account pays for this gateway's transactions; it names the operator to people and logs.</param>
/// <param name="Domain">The chain and contract of this silo, equal to those in <see cref="Hello"/>.</param>
/// <param name="TimeLimitMs">How long the gateway waits for <see cref="Authenticate"/>, in milliseconds.</param>
public sealed record Challenge(Bytes32 Nonce, Address Operator, Eip712Domain Domain, uint TimeLimitMs) : GatewayReply
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Challenge;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Bytes32(Nonce);
        writer.Address(Operator);
        writer.Domain(Domain);
        writer.U32(TimeLimitMs);
    }

    internal static Challenge? Read(ref GatewayReader reader)
    {
        var nonce = reader.Bytes32();
        var operatorAddress = reader.Address();
        var domain = reader.Domain();
        var timeLimitMs = reader.U32();
        return reader.Failed ? null : new Challenge(nonce, operatorAddress, domain!, timeLimitMs);
    }
}
