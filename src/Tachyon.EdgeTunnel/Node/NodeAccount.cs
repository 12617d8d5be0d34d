using Tachyon.Chain;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// The one way from this node's account onto the chain. Two senders of one account would take the same nonce, and one of their
/// transactions replace the other: an open or a challenge that everybody believes sent would never be mined.
/// </summary>
/// <remarks>Thread-safe. What is handed out is shared and not to be disposed of by those who use it.</remarks>
internal sealed class NodeAccount(IAccountSigner signer, TransactionSenderOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private TransactionSender? _sender;
    private ConsumerAccount? _account;

    /// <summary>Sends the account's transactions, one after the other. The chain is the node's, known once it is connected.</summary>
    public TransactionSender Sender(ISettlementChain chain)
    {
        lock (_lock)
        {
            return _sender ??= new TransactionSender(chain, signer, options, time);
        }
    }

    /// <summary>The account as a consumer's.</summary>
    public ConsumerAccount Consumer(ISettlementChain chain)
    {
        var sender = Sender(chain);
        lock (_lock)
        {
            return _account ??= new ConsumerAccount(chain, signer, sender);
        }
    }

    public void Dispose()
    {
        _account?.Dispose();
        _sender?.Dispose();
    }
}
