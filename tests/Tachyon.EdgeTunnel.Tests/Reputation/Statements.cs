using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Reputation;

/// <summary>Statements as a gateway passes them on.</summary>
internal static class Statements
{
    /// <summary>A statement of one key about another, on a channel on which the issuer is the consumer.</summary>
    public static PublishedStatement Of(
        ulong sequence, KeySigner issuer, KeySigner subject, bool revoked = false, bool isProved = false, ulong timestampMs = 0,
        Eip712Domain? domain = null, byte salt = 9, KeySigner? signer = null)
    {
        domain ??= TestChannels.Domain;
        var terms = new Terms(
            issuer.Address, subject.Address, 100_000_000, new TokenAmount(1_000_000_000_000_000), 1_000, ChannelKind.Direct,
            Bytes32.FromBytes(TestChannels.Key(salt)));
        var evidence = isProved
            ? new Contradiction(ContradictionKind.SameIndexTwoContents, Unit(terms, subject, 1_000_000, domain), Unit(terms, subject, 2_000_000, domain))
            : null;
        var stated = new Blacklisting(
            issuer.Address, subject.Address, terms.ChannelId(domain), (byte)BlacklistingReason.Unserved,
            timestampMs == 0 ? sequence : timestampMs, revoked, evidence is null ? Bytes32.Zero : BlacklistingEvidence.HashOf(evidence));
        return new PublishedStatement(sequence, SignedBlacklisting.Sign(stated, signer ?? issuer, domain), terms, evidence);
    }

    private static SignedUnit Unit(Terms terms, KeySigner signer, ulong bytesUsed, Eip712Domain domain) => SignedUnit.Sign(
        new UsageUnit(terms.ChannelId(domain), 4, bytesUsed, terms.Consumer, terms.Provider, 1, Bytes32.Zero), signer, domain);
}
