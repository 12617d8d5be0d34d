namespace Tachyon.Chain.Tests.Conformance;

/// <summary>A chain whose time, blocks and accounts a test decides: what the conformance suite needs of each implementation.</summary>
public interface IChainStage : IAsyncDisposable
{
    ISettlementChain Chain { get; }

    /// <summary>Gives a new account tokens and gas.</summary>
    Task FundAsync(Address account, TokenAmount tokens);

    Task MineAsync();

    Task AdvanceTimeAsync(TimeSpan time);

    Task SetAutomineAsync(bool enabled);

    /// <summary>Replaces the newest blocks; their transactions are forgotten.</summary>
    Task ReorganiseAsync(int depth);
}
