using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Tests.Health;

public sealed class LateChainTests
{
    [Fact]
    public async Task Chain_ThatDoesNotAnswerYet_IsUnavailable_AndStillKnowsItsContracts()
    {
        var contract = Address.Parse("0x00000000000000000000000000000000000000aa");
        var deployment = new Deployment(31_337, contract, contract, contract, 0);
        using var chain = new LateEthereumChain(
            new EthereumChainOptions { Endpoint = new Uri($"http://127.0.0.1:{Testing.FreePort.Next()}") }, deployment);

        await Assert.ThrowsAsync<ChainUnavailableException>(() => chain.GetBlockAsync(ReadAt.Final));
        Assert.Equal(deployment.Domain, chain.Domain);
    }
}
