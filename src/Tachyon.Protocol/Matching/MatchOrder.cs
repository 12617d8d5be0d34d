using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Matching;

/// <summary>What is wrong with a match result.</summary>
public enum MatchOrderFault
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>A provider stands behind one that is further from the target.</summary>
    OutOfOrder = 1,

    /// <summary>A provider stands in it twice.</summary>
    Duplicate = 2,

    /// <summary>A provider in it is no candidate for this consumer.</summary>
    NotACandidate = 3,

    /// <summary>It holds more providers than were asked for.</summary>
    TooMany = 4,
}

/// <summary>A consumer's judgement of a match result, with the place of the first fault.</summary>
/// <param name="Fault">What is wrong, or none.</param>
/// <param name="Position">The index of the first offer at fault.</param>
/// <param name="Refusal">Why that offer is no candidate, where that is the fault.</param>
public readonly record struct MatchOrderCheck(MatchOrderFault Fault, int Position, MatchRefusal Refusal)
{
    /// <summary>Whether the result may be used.</summary>
    public bool IsRight => Fault == MatchOrderFault.None;
}

/// <summary>Ranks candidates by XOR distance to the match target, and checks a ranking (protocol, Identity and matching).</summary>
public static class MatchOrder
{
    /// <summary>The <paramref name="count"/> candidates closest to the target, closest first.</summary>
    public static IReadOnlyList<ProviderOffer> Closest(Address target, IEnumerable<ProviderOffer> candidates, int count)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfNegative(count);

        // The furthest of the best so far lies on top, so one pass over any number of candidates needs `count` places.
        var best = new PriorityQueue<ProviderOffer, Address>(Comparer<Address>.Create((x, y) => y.CompareTo(x)));
        foreach (ProviderOffer candidate in candidates)
        {
            Address distance = XorMetric.Distance(target, candidate.Provider);
            if (best.Count < count)
            {
                best.Enqueue(candidate, distance);
            }
            else if (count > 0)
            {
                best.EnqueueDequeue(candidate, distance);
            }
        }

        var ranked = new ProviderOffer[best.Count];
        for (int i = ranked.Length - 1; i >= 0; i--)
        {
            ranked[i] = best.Dequeue();
        }

        return ranked;
    }

    /// <summary>
    /// What a consumer checks in a match result before it uses it: candidates only, each once, closest first. The order
    /// proves ranking, not completeness; a careful consumer asks two operators.
    /// </summary>
    /// <param name="target">The match target that the consumer worked out itself.</param>
    /// <param name="count">How many providers it asked for.</param>
    /// <param name="result">What it was given.</param>
    /// <param name="check">Why an offer is no candidate, see <see cref="MatchFilter"/>.</param>
    public static MatchOrderCheck Check(
        Address target, int count, IReadOnlyList<ProviderOffer> result, Func<ProviderOffer, MatchRefusal> check)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(check);

        for (int i = 0; i < result.Count; i++)
        {
            if (i >= count)
            {
                return new MatchOrderCheck(MatchOrderFault.TooMany, i, MatchRefusal.None);
            }

            int order = i == 0 ? -1 : XorMetric.Compare(target, result[i - 1].Provider, result[i].Provider);
            if (order >= 0)
            {
                // Distances to one target are equal only for equal addresses.
                return new MatchOrderCheck(order == 0 ? MatchOrderFault.Duplicate : MatchOrderFault.OutOfOrder, i, MatchRefusal.None);
            }

            MatchRefusal refusal = check(result[i]);
            if (refusal != MatchRefusal.None)
            {
                return new MatchOrderCheck(MatchOrderFault.NotACandidate, i, refusal);
            }
        }

        return default;
    }
}
