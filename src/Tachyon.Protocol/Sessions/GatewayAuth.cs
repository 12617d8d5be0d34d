using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Sessions;

/// <summary>An edge's proof of its key to a gateway: the signed nonce that the gateway sent on this connection.</summary>
/// <param name="Node">The edge that signs.</param>
/// <param name="Nonce">32 random bytes of the gateway, for this connection alone.</param>
/// <param name="Gateway">The authority of the URL that the edge dialled, in lower case with its port: host:port.</param>
/// <param name="TimestampMs">Unix time of signing in milliseconds.</param>
/// <remarks>
/// The gateway is named, so that a hostile one cannot pass the nonce of another on and act there in the edge's name. A gateway
/// accepts only names under which it is reached, and only timestamps within 60 seconds of its clock.
/// </remarks>
public sealed record GatewayAuth(Address Node, Bytes32 Nonce, string Gateway, ulong TimestampMs) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "GatewayAuth(address node,bytes32 nonce,string gateway,uint64 timestamp)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[5 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(Node);
        encoder.Write(Nonce);
        encoder.Write(Keccak256.HashText(Gateway));
        encoder.Write(TimestampMs);
        encoder.Hash(destination);
    }
}
