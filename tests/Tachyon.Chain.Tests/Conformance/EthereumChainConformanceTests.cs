using Tachyon.Chain.Ethereum;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Conformance;

/// <summary>The adapter, against anvil and the real contracts.</summary>
public sealed class EthereumChainConformanceTests(ContractsFixture contracts) : ChainConformance, IClassFixture<ContractsFixture>
{
    protected override async Task<IChainStage> CreateStageAsync() => new EthereumStage(contracts, await contracts.ConnectAsync());

    private sealed class EthereumStage(ContractsFixture contracts, EthereumChain chain) : IChainStage
    {
        public ISettlementChain Chain => chain;

        public Task FundAsync(Address account, TokenAmount tokens) => contracts.FundAsync(account, tokens);

        public Task MineAsync() => contracts.Anvil.MineAsync();

        public Task AdvanceTimeAsync(TimeSpan time) => contracts.Anvil.AdvanceTimeAsync(time);

        public Task SetAutomineAsync(bool enabled) => contracts.Anvil.SetAutomineAsync(enabled);

        public Task ReorganiseAsync(int depth) => contracts.Anvil.ReorganiseAsync(depth);

        public async ValueTask DisposeAsync()
        {
            // A test that failed half-way must not leave the next one waiting for blocks.
            await contracts.Anvil.SetAutomineAsync(true);
            chain.Dispose();
        }
    }
}
