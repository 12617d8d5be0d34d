using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Sessions;

/// <summary>
/// Binds an exit's key to one TLS session that a route's consumer reached through a relay. The exit signs it before the consumer
/// says which route it is of, so that a relay which sits in between learns no tag (protocol, Routes, 5).
/// </summary>
/// <param name="Exit">Who signs.</param>
/// <param name="OwnCertificate">SHA-256 of the exit's certificate (DER) of this session.</param>
/// <param name="PeerCertificate">SHA-256 of the certificate (DER) that the exit saw.</param>
/// <remarks>It names no peer: whoever connects is nobody yet.</remarks>
public sealed record ExitAuth(Address Exit, Bytes32 OwnCertificate, Bytes32 PeerCertificate) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "ExitAuth(address exit,bytes32 ownCertificate,bytes32 peerCertificate)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[4 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(Exit);
        encoder.Write(OwnCertificate);
        encoder.Write(PeerCertificate);
        encoder.Hash(destination);
    }
}
