using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Sessions;

/// <summary>
/// A consumer's proof of a route: signed by the key that it made for the route alone, never by its own (protocol, Routes, 4).
/// </summary>
/// <param name="Exit">The exit, whose <see cref="ExitAuth"/> came over the same session.</param>
/// <param name="Tag">The route.</param>
/// <param name="OwnCertificate">SHA-256 of the consumer's throw-away certificate (DER) of this session.</param>
/// <param name="PeerCertificate">SHA-256 of the exit's.</param>
public sealed record RouteAuth(Address Exit, Bytes32 Tag, Bytes32 OwnCertificate, Bytes32 PeerCertificate) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "RouteAuth(address exit,bytes32 tag,bytes32 ownCertificate,bytes32 peerCertificate)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[5 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(Exit);
        encoder.Write(Tag);
        encoder.Write(OwnCertificate);
        encoder.Write(PeerCertificate);
        encoder.Hash(destination);
    }
}
