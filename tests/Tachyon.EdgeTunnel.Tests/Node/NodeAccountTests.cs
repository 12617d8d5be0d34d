using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Tests.Node;

public sealed class NodeAccountTests : IDisposable
{
    private readonly NodeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Account_UsedByManyPartsAtOnce_SendsEachTransactionOnceAndPaysEachDepositOnce()
    {
        using var signer = new AccountSigner(TestChannels.ConsumerKey);
        using var account = new NodeAccount(signer, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(2) }, TimeProvider.System);
        var terms = Enumerable.Range(1, 4).Select(salt => TestChannels.Terms((byte)salt, 1_000_000)).ToList();

        // Permits are numbered and allowances overwritten: two openings at once would spoil each other's, as two senders would a nonce.
        var opened = terms.Select(one => account.Consumer(_world.Chain).OpenAsync(one));
        var sent = Enumerable.Range(0, 4).Select(_ => account.Sender(_world.Chain).SendAsync(new ChainCall.Transfer(TestChannels.Provider.Address, new(1))));
        var outcomes = await Task.WhenAll(opened.Concat(sent)).WaitAsync(Eventually.DefaultTimeout);

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Refusal?.ToString()));
        Assert.Equal(8UL, await _world.Chain.GetNonceAsync(signer.Address, NonceScope.Pending));
        var deposits = terms.Aggregate(new Protocol.Amounts.TokenAmount(4), (sum, one) => sum + one.Deposit(one.CapacityBytes));
        Assert.Equal(NodeWorld.Purse - deposits, await _world.Chain.GetBalanceAsync(signer.Address, ReadAt.Latest));
    }
}
