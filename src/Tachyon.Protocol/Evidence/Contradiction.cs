using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>How two units of one signer contradict each other. The numbers are stored.</summary>
public enum ContradictionKind : byte
{
    /// <summary>They do not.</summary>
    None = 0,

    /// <summary>One index with two contents.</summary>
    SameIndexTwoContents = 1,

    /// <summary>A higher index with fewer bytes.</summary>
    HigherIndexFewerBytes = 2,
}

/// <summary>
/// Two units of one signer that cannot both be honest: evidence that anyone can check again (protocol, Units and Reputation).
/// Differing counts of two parties are not a contradiction.
/// </summary>
/// <param name="Kind">How they contradict each other.</param>
/// <param name="First">The unit of the lower index, or the one received first.</param>
/// <param name="Second">The other unit.</param>
public sealed record Contradiction(ContradictionKind Kind, SignedUnit First, SignedUnit Second)
{
    /// <summary>The contradiction between two units of one signer, or null. Signatures are not looked at.</summary>
    public static Contradiction? Between(SignedUnit one, SignedUnit other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);

        (SignedUnit first, SignedUnit second) = one.Unit.Index <= other.Unit.Index ? (one, other) : (other, one);
        ContradictionKind kind = KindOf(first.Unit, second.Unit);
        return kind == ContradictionKind.None ? null : new Contradiction(kind, first, second);
    }

    /// <summary>Whether this proves that <paramref name="accused"/> contradicted itself.</summary>
    public bool Proves(Address accused, SignatureVerifier verifier, Eip712Domain domain) =>
        Kind != ContradictionKind.None
        && KindOf(First.Unit, Second.Unit) == Kind
        && First.CheckSignature(verifier, domain, accused) == SignatureFault.None
        && Second.CheckSignature(verifier, domain, accused) == SignatureFault.None;

    private static ContradictionKind KindOf(UsageUnit first, UsageUnit second)
    {
        if (first.ChannelId != second.ChannelId)
        {
            return ContradictionKind.None;
        }

        if (first.Index == second.Index)
        {
            return first == second ? ContradictionKind.None : ContradictionKind.SameIndexTwoContents;
        }

        return first.Index < second.Index && second.BytesUsed < first.BytesUsed
            ? ContradictionKind.HigherIndexFewerBytes
            : ContradictionKind.None;
    }
}
