using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The edge proves its key. Answered by <see cref="Welcome"/>, or by <see cref="GatewayError"/> and a closed connection.
/// </summary>
/// <param name="Auth">What is signed; its nonce is that of the <see cref="Challenge"/>. The edge acts for its node alone.</param>
/// <param name="Signature">The node's signature.</param>
public sealed record Authenticate(GatewayAuth Auth, Signature Signature) : GatewayRequest<Welcome>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Authenticate;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Address(Auth.Node);
        writer.Bytes32(Auth.Nonce);
        writer.Text(Auth.Gateway, GatewayLimits.MaxEndpointBytes);
        writer.U64(Auth.TimestampMs);
        writer.Signature(Signature);
    }

    internal static Authenticate? Read(ref GatewayReader reader)
    {
        var node = reader.Address();
        var nonce = reader.Bytes32();
        var gateway = reader.Text(GatewayLimits.MaxEndpointBytes);
        var timestampMs = reader.U64();
        var signature = reader.Signature();
        return reader.Failed ? null : new Authenticate(new GatewayAuth(node, nonce, gateway, timestampMs), signature);
    }
}
