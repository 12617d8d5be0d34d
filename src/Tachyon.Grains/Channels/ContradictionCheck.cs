using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains.Channels;

/// <summary>
/// Finds in a batch what proves that a party contradicted itself. One such proof is enough, so a record keeps one of each
/// side and nothing more is looked for: however often a party contradicts itself, it costs two signature checks.
/// </summary>
internal sealed class ContradictionCheck(SignatureVerifier verifier, Eip712Domain domain)
{
    /// <summary>The first contradiction of a unit in the batch to the newest one, or to the one known; null when there is none.</summary>
    /// <param name="units">The batch's units of one side.</param>
    /// <param name="newest">The newest of them, which is of this channel.</param>
    /// <param name="known">The newest that is known of the side.</param>
    /// <param name="kept">What was found before; then nothing is looked for.</param>
    /// <param name="signer">The side's party.</param>
    internal Contradiction? Find(SignedUnit[] units, SignedUnit? newest, SignedUnit? known, Contradiction? kept, Address signer)
    {
        if (kept is not null || newest is null)
        {
            return null;
        }

        foreach (SignedUnit unit in units)
        {
            Contradiction? found = (known is null ? null : Contradiction.Between(known, unit)) ?? Contradiction.Between(newest, unit);
            if (found is not null)
            {
                // Units between the newest and the rest of a batch were not checked by anyone.
                return found.Proves(signer, verifier, domain) ? found : null;
            }
        }

        return null;
    }
}
