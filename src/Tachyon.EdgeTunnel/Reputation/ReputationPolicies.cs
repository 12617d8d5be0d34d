namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>
/// What this node makes of what others state about third parties (protocol, Reputation). Each that is set is enough by itself.
/// Its own list, and what others state about itself, count whatever the policy.
/// </summary>
[Flags]
internal enum ReputationPolicies
{
    /// <summary>Nothing.</summary>
    Ignore = 0,

    /// <summary>Avoid who provably contradicted itself, whoever says so.</summary>
    Evidence = 1,

    /// <summary>Avoid whose blacklisters burned enough tokens, or are enough nodes that this one trusts.</summary>
    Weigh = 2,

    /// <summary>Avoid whom any node of the trust list blacklists.</summary>
    Trust = 4,
}
