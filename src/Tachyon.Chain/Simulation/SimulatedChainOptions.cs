using System.Numerics;

namespace Tachyon.Chain.Simulation;

/// <summary>What the simulated chain is like. The defaults are those of a deployed one.</summary>
public sealed class SimulatedChainOptions
{
    /// <summary>The chain's id. Default 31337.</summary>
    public ulong ChainId { get; init; } = 31337;

    /// <summary>How many blocks the final block lies behind the newest. Default 0: the newest is final.</summary>
    public int FinalityDepth { get; init; }

    /// <summary>Time of the first block, Unix seconds.</summary>
    public ulong StartSeconds { get; init; } = 1_800_000_000;

    /// <summary>How long a provider has to confirm.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(ProtocolConstants.DefaultConfirmTimeoutSeconds);

    /// <summary>Between startClose and settle.</summary>
    public TimeSpan ChallengePeriod { get; init; } = TimeSpan.FromSeconds(ProtocolConstants.DefaultChallengePeriodSeconds);

    /// <summary>What a proxy posts.</summary>
    public TokenAmount ProxyBond { get; init; } = new(1_000 * BigInteger.Pow(10, TokenAmount.Decimals));

    /// <summary>Between a proxy's notice and its bond.</summary>
    public TimeSpan LeavingDelay { get; init; } = TimeSpan.FromDays(7);
}
