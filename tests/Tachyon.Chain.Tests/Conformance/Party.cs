using System.Security.Cryptography;
using Tachyon.Chain.Keys;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Conformance;

/// <summary>A node with an account: signs messages, and sends transactions.</summary>
public sealed class Party : IDisposable
{
    private readonly TransactionSender sender;

    public Party(ISettlementChain chain)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        Node = new KeySigner(key);
        Account = new AccountSigner(key);
        sender = new TransactionSender(chain, Account, ContractsFixture.Sending);
    }

    public KeySigner Node { get; }

    public AccountSigner Account { get; }

    public Address Address => Node.Address;

    /// <summary>Sends a call that must be mined and succeed.</summary>
    public async Task<ChainReceipt> DoAsync(ChainCall call)
    {
        var outcome = await sender.SendAsync(call);
        Assert.True(outcome.Succeeded, $"{call.GetType().Name} was refused: {outcome.Refusal}");
        return outcome.Receipt!;
    }

    /// <summary>Sends a call that must be refused.</summary>
    public async Task<TRefusal> RefusedAsync<TRefusal>(ChainCall call)
        where TRefusal : ContractRefusal
    {
        var outcome = await sender.SendAsync(call);
        return Assert.IsType<TRefusal>(outcome.Refusal);
    }

    public void Dispose()
    {
        sender.Dispose();
        Account.Dispose();
        Node.Dispose();
    }
}
