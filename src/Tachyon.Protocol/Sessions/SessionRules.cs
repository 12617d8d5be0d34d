using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Sessions;

/// <summary>Why a peer's <see cref="SessionAuth"/> is refused.</summary>
public enum SessionAuthFault
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>It names another channel than this session's.</summary>
    WrongChannel = 1,

    /// <summary>The peer claims a side that is not the other one of the channel.</summary>
    WrongRole = 2,

    /// <summary>It names another node than the channel's party on that side.</summary>
    WrongNode = 3,

    /// <summary>It is meant for another node than this one.</summary>
    WrongPeer = 4,

    /// <summary>It signs another certificate than the one the peer showed here: somebody sits in between.</summary>
    WrongOwnCertificate = 5,

    /// <summary>It signs another certificate than the one this side showed: somebody sits in between.</summary>
    WrongPeerCertificate = 6,

    /// <summary>The signature is not that of the channel's party.</summary>
    BadSignature = 7,
}

/// <summary>What each side of a session signs, and what it accepts from the other.</summary>
public static class SessionRules
{
    /// <summary>The statement that the side <paramref name="role"/> signs in a session of a channel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The role is neither consumer nor provider.</exception>
    public static SessionAuth Own(
        Terms terms, ChannelId channelId, SessionRole role, Bytes32 ownCertificate, Bytes32 peerCertificate)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return role switch
        {
            SessionRole.Consumer =>
                new SessionAuth(terms.Consumer, terms.Provider, ownCertificate, peerCertificate, channelId, role),
            SessionRole.Provider =>
                new SessionAuth(terms.Provider, terms.Consumer, ownCertificate, peerCertificate, channelId, role),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "A session has a consumer and a provider."),
        };
    }

    /// <summary>Checks what the peer signed against what this side, which is <paramref name="own"/>, signs itself.</summary>
    public static SessionAuthFault Check(
        SessionAuth own, SessionAuth peer, Signature signature, SignatureVerifier verifier, Eip712Domain domain)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(verifier);

        SessionRole expectedRole = own.Role == SessionRole.Consumer ? SessionRole.Provider : SessionRole.Consumer;
        if (peer.ChannelId != own.ChannelId)
        {
            return SessionAuthFault.WrongChannel;
        }

        if (peer.Role != expectedRole)
        {
            return SessionAuthFault.WrongRole;
        }

        if (peer.Node != own.Peer)
        {
            return SessionAuthFault.WrongNode;
        }

        if (peer.Peer != own.Node)
        {
            return SessionAuthFault.WrongPeer;
        }

        if (peer.OwnCertificate != own.PeerCertificate)
        {
            return SessionAuthFault.WrongOwnCertificate;
        }

        if (peer.PeerCertificate != own.OwnCertificate)
        {
            return SessionAuthFault.WrongPeerCertificate;
        }

        return verifier.Verify(peer, domain, signature, own.Peer) == SignatureFault.None
            ? SessionAuthFault.None
            : SessionAuthFault.BadSignature;
    }
}
