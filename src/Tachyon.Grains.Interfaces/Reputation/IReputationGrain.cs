using Orleans.Concurrency;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains;

/// <summary>
/// One node's reputation: what it states about others, which it alone may, and what others state about it (protocol, Reputation).
/// </summary>
/// <remarks>
/// What only reads, and what another node's grain tells, interleaves: two nodes that blacklist each other at one time never wait
/// for each other.
/// </remarks>
[Alias("tachyon.IReputationGrain")]
public interface IReputationGrain : IGrainWithStringKey
{
    /// <summary>
    /// Admits a statement of this node, or a revocation. When it answers <see cref="StatementRefusal.None"/>, the statement is
    /// durable here, with its subject and in the log, from which every edge hears it. The same again changes nothing.
    /// </summary>
    /// <param name="signed">Its issuer is this node.</param>
    /// <param name="evidence">The contradiction that it names; null for none.</param>
    [Alias("Publish")]
    Task<StatementRefusal> Publish(SignedBlacklisting signed, Contradiction? evidence);

    /// <summary>Called by the issuer's grain with an admitted statement about this node; the newest of each issuer is kept.</summary>
    [AlwaysInterleave]
    [Alias("Hear")]
    Task Hear(HeardStatement statement);

    /// <summary>Whom this node is parted from.</summary>
    [AlwaysInterleave]
    [Alias("Parted")]
    Task<PartedNodes> Parted();

    /// <summary>Whether this node and another are parted, whichever of the two said so.</summary>
    [AlwaysInterleave]
    [Alias("IsPartedFrom")]
    Task<bool> IsPartedFrom(Address other);

    /// <summary>Whether a statement of this node about the other is in force.</summary>
    [AlwaysInterleave]
    [Alias("HasBlacklisted")]
    Task<bool> HasBlacklisted(Address other);

    /// <summary>All that is known.</summary>
    [AlwaysInterleave]
    [Alias("View")]
    Task<ReputationView> View();
}
