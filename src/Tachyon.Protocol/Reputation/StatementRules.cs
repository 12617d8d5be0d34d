using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Reputation;

/// <summary>
/// What a silo asks of a statement before it admits it, and every node before it keeps it (protocol, Reputation). Pure. That
/// the channel has paid or settled something is for the chain to say.
/// </summary>
public static class StatementRules
{
    /// <summary>The first thing that is wrong, the cheap ones first.</summary>
    /// <param name="signed">The statement.</param>
    /// <param name="terms">The terms of the channel it names; their hash is the channel id, so nobody can give others.</param>
    /// <param name="evidence">What comes with it; null for none.</param>
    /// <param name="verifier">Checks signatures.</param>
    /// <param name="domain">The chain and the contract.</param>
    /// <param name="nowMs">The receiver's time, Unix milliseconds.</param>
    public static StatementFault Check(
        SignedBlacklisting signed, Terms terms, Contradiction? evidence, SignatureVerifier verifier, Eip712Domain domain, ulong nowMs)
    {
        ArgumentNullException.ThrowIfNull(signed);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(verifier);

        var stated = signed.Statement;
        if (terms.Validate() is not null || terms.ChannelId(domain) != stated.ChannelId)
        {
            return StatementFault.OtherChannel;
        }

        if (!AreParties(terms, stated.Issuer, stated.Subject))
        {
            return StatementFault.NotAParty;
        }

        if (stated.Reason == 0 || !Enum.IsDefined((BlacklistingReason)stated.Reason))
        {
            return StatementFault.UnknownReason;
        }

        if (stated.TimestampMs > nowMs + ProtocolConstants.MaxTimestampAheadMs)
        {
            return StatementFault.TimestampAhead;
        }

        if (stated.Revoked && evidence is not null)
        {
            return StatementFault.BadEvidence;
        }

        if (stated.Evidence != (evidence is null ? Bytes32.Zero : BlacklistingEvidence.HashOf(evidence)))
        {
            return StatementFault.BadEvidence;
        }

        if (verifier.Verify(stated, domain, signed.Signature, stated.Issuer) != SignatureFault.None)
        {
            return StatementFault.WrongSigner;
        }

        return evidence is null || BlacklistingEvidence.Proves(evidence, stated.Subject, terms, stated.ChannelId, verifier, domain)
            ? StatementFault.None
            : StatementFault.BadEvidence;
    }

    /// <summary>Whether the two are the consumer and the provider of the terms, in either order.</summary>
    public static bool AreParties(Terms terms, Address one, Address other)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return (terms.Consumer == one && terms.Provider == other) || (terms.Consumer == other && terms.Provider == one);
    }
}
