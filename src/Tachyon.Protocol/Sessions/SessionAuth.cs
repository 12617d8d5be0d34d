using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Sessions;

/// <summary>Binds a node's key to one TLS session: what each side signs over both certificates after the handshake.</summary>
/// <param name="Node">Who signs.</param>
/// <param name="Peer">Whom the signer believes to talk to.</param>
/// <param name="OwnCertificate">SHA-256 of the signer's certificate (DER) of this session.</param>
/// <param name="PeerCertificate">SHA-256 of the certificate (DER) that the signer saw from its peer.</param>
/// <param name="ChannelId">The one channel that this session is for.</param>
/// <param name="Role">The signer's side of the channel.</param>
/// <remarks>
/// <para>Nobody in between: a man in the middle shows each side a certificate of his own, so what the two sign differs.</para>
/// <para>No replay: certificates are thrown away after one session, so an old signature names keys that nobody uses again.</para>
/// <para>No reflection: node, peer and role are signed, and the receiver checks them with <see cref="SessionRules"/> against
/// its own view, in which a message of its own never fits.</para>
/// </remarks>
public sealed record SessionAuth(
    Address Node,
    Address Peer,
    Bytes32 OwnCertificate,
    Bytes32 PeerCertificate,
    ChannelId ChannelId,
    SessionRole Role) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "SessionAuth(address node,address peer,bytes32 ownCertificate,bytes32 peerCertificate,bytes32 channelId,uint8 role)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[7 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(Node);
        encoder.Write(Peer);
        encoder.Write(OwnCertificate);
        encoder.Write(PeerCertificate);
        encoder.Write(ChannelId);
        encoder.Write((byte)Role);
        encoder.Hash(destination);
    }
}
