using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Reputation;

/// <summary>A statement, or its revocation, with its issuer's signature.</summary>
public sealed record SignedBlacklisting(Blacklisting Statement, Signature Signature)
{
    /// <summary>Who states it.</summary>
    public Address Issuer => Statement.Issuer;

    /// <summary>Whom it is about.</summary>
    public Address Subject => Statement.Subject;

    /// <summary>Signs a statement that a node has decided on.</summary>
    public static SignedBlacklisting Sign(Blacklisting statement, INodeSigner signer, Eip712Domain domain)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new SignedBlacklisting(statement, signer.Sign(statement, domain));
    }

    /// <summary>
    /// Whether this one takes the other's place: of one issuer about one subject only the newest counts, whichever order they
    /// arrive in. Of two with one time a revocation stands; of two alike, the one of the higher hash, so that all nodes choose the same.
    /// </summary>
    /// <exception cref="ArgumentException">They are of different issuers or about different subjects.</exception>
    public bool Supersedes(SignedBlacklisting other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Issuer != other.Issuer || Subject != other.Subject)
        {
            throw new ArgumentException(
                $"A statement of {Issuer} about {Subject} has nothing to do with one of {other.Issuer} about {other.Subject}.", nameof(other));
        }

        if (Statement.TimestampMs != other.Statement.TimestampMs)
        {
            return Statement.TimestampMs > other.Statement.TimestampMs;
        }

        return Statement.Revoked != other.Statement.Revoked
            ? Statement.Revoked
            : TypedData.StructHash(Statement).CompareTo(TypedData.StructHash(other.Statement)) > 0;
    }
}
