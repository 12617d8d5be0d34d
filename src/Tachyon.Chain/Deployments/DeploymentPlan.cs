namespace Tachyon.Chain;

/// <summary>What to deploy. The defaults are those of the protocol.</summary>
public sealed record DeploymentPlan
{
    /// <summary>Tokens made for the deployer. Default 1,000 million.</summary>
    public TokenAmount TokenSupply { get; init; } = Tokens(1_000_000_000);

    /// <summary>How long a provider has to confirm. Default 5 hours; a development chain may shorten it.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(ProtocolConstants.DefaultConfirmTimeoutSeconds);

    /// <summary>Between startClose and settle. Default 12 hours; a development chain may shorten it.</summary>
    public TimeSpan ChallengePeriod { get; init; } = TimeSpan.FromSeconds(ProtocolConstants.DefaultChallengePeriodSeconds);

    /// <summary>What a proxy posts. Default 1,000 tokens.</summary>
    public TokenAmount ProxyBond { get; init; } = Tokens(1_000);

    /// <summary>Between a proxy's notice and its bond. Default 7 days.</summary>
    public TimeSpan LeavingDelay { get; init; } = TimeSpan.FromDays(7);

    private static TokenAmount Tokens(long tokens)
        => new(tokens * System.Numerics.BigInteger.Pow(10, TokenAmount.Decimals));
}
