using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>
/// Whom this node never matches, connects to, confirms or serves: its own list, whoever blacklists it, and whomever its policy
/// makes it avoid for what others state (protocol, Reputation).
/// </summary>
/// <remarks>Thread-safe. Looks at the file and the journal each time, so that what changes counts at once.</remarks>
internal sealed class PeerPolicy(Blacklist own, EdgeJournal journal, ChannelBook book, ReputationOptions options, Address self)
{
    /// <summary>Whether this node has nothing to do with another.</summary>
    public bool IsParted(Address peer) => WhyNot(peer) is not null;

    /// <summary>Why this node has nothing to do with another; null when it may.</summary>
    public PeerObjection? WhyNot(Address peer)
    {
        if (own.Contains(peer))
        {
            return new PeerObjection(
                PeerObjectionKind.OwnList, "is on this node's blacklist", $"take it off with tachyon-edge blacklist remove {peer}, or use another");
        }

        if (journal.Statements.Find(peer, self) is { Stands: true })
        {
            return new PeerObjection(
                PeerObjectionKind.TheirStatement, "has blacklisted this node", "use another; only its owner can take that back");
        }

        return options.Policies != ReputationPolicies.Ignore && journal.Statements.StandingAbout(peer) is { Count: > 0 } about && Weigh(about) is { } why
            ? new PeerObjection(PeerObjectionKind.Policy, why, "use another, or change --reputation")
            : null;
    }

    private string? Weigh(IReadOnlyList<KnownStatement> about)
    {
        if (options.Policies.HasFlag(ReputationPolicies.Evidence) && about.FirstOrDefault(known => known.HasEvidence) is { } proof)
        {
            return $"signed units that contradict each other, as {proof.Issuer} proves";
        }

        if (options.Policies.HasFlag(ReputationPolicies.Trust) && about.FirstOrDefault(known => options.Trusted.Contains(known.Issuer)) is { } trusted)
        {
            return $"is blacklisted by {trusted.Issuer}, which this node trusts";
        }

        return options.Policies.HasFlag(ReputationPolicies.Weigh) ? WeighAll(about) : null;
    }

    private string? WeighAll(IReadOnlyList<KnownStatement> about)
    {
        // One for each issuer: the table keeps no more. None of a channel that paid nothing: whoever let that pass, it cost nobody anything.
        var counterparties = about.Count(known => known.HasPaid && (options.Trusted.Contains(known.Issuer) || HasSettledWith(known.Issuer)));
        if (counterparties >= options.Counterparties)
        {
            return $"is blacklisted by {counterparties} nodes that this one trusts or has settled with";
        }

        // A channel burns once, whoever of its parties speaks of it.
        var burned = about.DistinctBy(known => known.Published.Signed.Statement.ChannelId)
            .Aggregate(TokenAmount.Zero, (sum, known) => sum + (known.Burned ?? TokenAmount.Zero));
        return !options.BurnedLimit.IsZero && burned >= options.BurnedLimit
            ? $"is blacklisted by nodes whose channels with it burned {burned.ToTokens()} IPX"
            : null;
    }

    // Not by volume: a channel that ended in agreement, and not in a dispute, whatever it carried.
    private bool HasSettledWith(Address node) => book.All.Any(channel =>
        channel.Peer == node && book.FindSettlement(channel.ChannelId) is { Paid.IsZero: false, Burned.IsZero: true });
}
