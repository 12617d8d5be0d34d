namespace Tachyon.Chain;

/// <summary>The contract's constants, as its getters show them.</summary>
/// <param name="ConfirmTimeout">how long a provider has to confirm</param>
/// <param name="ChallengePeriod">between startClose and settle</param>
/// <param name="MaxValidity">how far a validUntil may lie ahead</param>
/// <param name="MaxAcceptanceValidity">how far an acceptance's expiry may lie ahead</param>
/// <param name="MaxActiveChannels">slots of a provider</param>
/// <param name="CheckpointBytes">bytes of a checkpoint</param>
/// <param name="MaxCapacityBytes">bytes above which a capacity is refused</param>
/// <param name="ProxyFeePercent">what a lock pays on top of the price</param>
/// <param name="ProxyBond">what a proxy posts</param>
/// <param name="LeavingDelay">between a proxy's notice and its bond</param>
public sealed record ChainRules(
    TimeSpan ConfirmTimeout,
    TimeSpan ChallengePeriod,
    TimeSpan MaxValidity,
    TimeSpan MaxAcceptanceValidity,
    int MaxActiveChannels,
    ulong CheckpointBytes,
    ulong MaxCapacityBytes,
    int ProxyFeePercent,
    TokenAmount ProxyBond,
    TimeSpan LeavingDelay);
