using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>An account of the world, to be emptied.</summary>
internal sealed class NodeWorldPurse(ISettlementChain chain, byte[] privateKey) : IDisposable
{
    /// <summary>What each account of the tests begins with.</summary>
    public static TokenAmount Full => NodeWorld.Purse;

    private readonly AccountSigner _signer = new(privateKey);

    public async Task EmptyAsync()
    {
        using var sender = new TransactionSender(chain, _signer, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5) });
        var all = await chain.GetBalanceAsync(_signer.Address, ReadAt.Latest);
        var outcome = await sender.SendAsync(new ChainCall.Transfer(Address.FromBytes(TestChannels.Key(88).AsSpan(0, 20)), all));
        Assert.True(outcome.Succeeded);
    }

    public void Dispose() => _signer.Dispose();
}
