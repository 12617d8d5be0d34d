using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Simulation;

/// <summary>What only the simulated chain can do: fail on purpose, and choose its finality.</summary>
public sealed class SimulatedChainTests : IDisposable
{
    private readonly AccountSigner account = AnvilAccounts.Account(1);

    public void Dispose() => account.Dispose();

    [Fact]
    public async Task Final_LiesBehindTheNewestByItsDepth()
    {
        var chain = Funded(new SimulatedChainOptions { FinalityDepth = 3 });
        await SendAsync(chain, 0);

        Assert.Equal(new TokenAmount(1), await chain.GetAllowanceAsync(account.Address, ReadAt.Latest));
        Assert.Equal(TokenAmount.Zero, await chain.GetAllowanceAsync(account.Address, ReadAt.Final));
        chain.Mine(3);
        Assert.Equal(new TokenAmount(1), await chain.GetAllowanceAsync(account.Address, ReadAt.Final));
    }

    [Fact]
    public async Task DropSendReplies_TheTransactionArrivesAlthoughTheSenderSeesNoAnswer()
    {
        var chain = Funded();
        chain.Faults.DropSendReplies(1);

        await Assert.ThrowsAsync<ChainUnavailableException>(() => SendAsync(chain, 0));

        Assert.Equal(1UL, await chain.GetNonceAsync(account.Address, NonceScope.Mined));
    }

    [Fact]
    public async Task LoseSends_TheTransactionIsTakenAndForgotten()
    {
        var chain = Funded();
        chain.Faults.LoseSends(1);

        Assert.Equal(SendOutcome.Accepted, await SendAsync(chain, 0));

        Assert.Equal(0UL, await chain.GetNonceAsync(account.Address, NonceScope.Pending));
    }

    [Fact]
    public async Task FailRequests_SoManyAreNotAnswered()
    {
        var chain = Funded();
        chain.Faults.FailRequests(2);

        await Assert.ThrowsAsync<ChainUnavailableException>(() => chain.GetBlockAsync(ReadAt.Latest));
        await Assert.ThrowsAsync<ChainUnavailableException>(() => chain.GetRulesAsync());
        await chain.GetRulesAsync();
    }

    [Fact]
    public async Task Reorganise_KeepingTransactions_MinesThemAgainInOtherBlocks()
    {
        var chain = Funded();
        chain.Mine();
        var before = await chain.GetBlockAsync(ReadAt.Latest);
        await SendAsync(chain, 0);
        await SendAsync(chain, 1);

        chain.Reorganise(2);

        Assert.Equal(2UL, await chain.GetNonceAsync(account.Address, NonceScope.Mined));
        Assert.Equal(before.Hash, (await chain.FindBlockAsync(before.Number))!.Hash);
        Assert.Equal(before.Number + 2, (await chain.GetBlockAsync(ReadAt.Latest)).Number);
    }

    [Fact]
    public async Task Gap_InNonces_KeepsLaterTransactionsWaiting()
    {
        var chain = Funded();
        await SendAsync(chain, 1);
        Assert.Equal(0UL, await chain.GetNonceAsync(account.Address, NonceScope.Mined));

        await SendAsync(chain, 0);

        Assert.Equal(2UL, await chain.GetNonceAsync(account.Address, NonceScope.Mined));
    }

    [Fact]
    public async Task Send_BytesThatAreNoTransaction_AreRejected()
    {
        var chain = Funded();

        var result = await chain.SendAsync(new SignedTransaction(Bytes32.Zero, new byte[] { 2, 0xC0 }));

        Assert.Equal(SendOutcome.Rejected, result.Outcome);
    }

    private SimulatedChain Funded(SimulatedChainOptions? options = null)
    {
        var chain = new SimulatedChain(options);
        chain.Fund(account.Address, TokenAmount.Zero);
        chain.Mine();
        return chain;
    }

    private async Task<SendOutcome> SendAsync(SimulatedChain chain, ulong nonce)
    {
        var prepared = chain.Prepare(new ChainCall.Approve(new TokenAmount(1)));
        var signed = account.Sign(new UnsignedTransaction(
            chain.Deployment.ChainId, nonce, new FeeCaps(chain.BaseFee * 2, 1), 100_000, prepared.To, prepared.Data));
        return (await chain.SendAsync(signed)).Outcome;
    }
}
