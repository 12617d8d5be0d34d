using Tachyon.Chain.Simulation;

namespace Tachyon.Chain.Tests.Conformance;

/// <summary>The chain in memory, against the same expectations.</summary>
public sealed class SimulatedChainConformanceTests : ChainConformance
{
    protected override Task<IChainStage> CreateStageAsync() => Task.FromResult<IChainStage>(new SimulatedStage());

    private sealed class SimulatedStage : IChainStage
    {
        private readonly SimulatedChain chain = new();

        public ISettlementChain Chain => chain;

        public Task FundAsync(Address account, TokenAmount tokens) => Done(() => chain.Fund(account, tokens));

        public Task MineAsync() => Done(() => chain.Mine());

        public Task AdvanceTimeAsync(TimeSpan time) => Done(() => chain.AdvanceTime(time));

        public Task SetAutomineAsync(bool enabled) => Done(() => chain.Automine = enabled);

        public Task ReorganiseAsync(int depth) => Done(() => chain.Reorganise(depth, dropTransactions: true));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Task Done(Action action)
        {
            action();
            return Task.CompletedTask;
        }
    }
}
