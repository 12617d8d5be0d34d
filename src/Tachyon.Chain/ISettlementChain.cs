using System.Numerics;

namespace Tachyon.Chain;

/// <summary>
/// The settlement chain as the rest of Tachyon sees it: reading, following and sending, in the protocol's own types.
/// </summary>
/// <remarks>
/// Implementations are safe for concurrent use. Every call ends with its result, with
/// <see cref="ChainUnavailableException"/> when the chain does not answer in time, or with
/// <see cref="OperationCanceledException"/>; what the contract refuses is a value, never an exception. Nonces and fees
/// are the caller's: whoever sends keeps each signed transaction until it is final, and sends the same bytes again as
/// often as needed.
/// </remarks>
public interface ISettlementChain
{
    /// <summary>The contracts this chain is read and written through.</summary>
    Deployment Deployment { get; }

    /// <summary>The EIP-712 domain of the payment channels.</summary>
    Eip712Domain Domain { get; }

    /// <summary>The contract's periods and limits. They never change, so they are read once.</summary>
    Task<ChainRules> GetRulesAsync(CancellationToken cancellation = default);

    /// <summary>The newest block, or the newest that counts as final.</summary>
    Task<ChainBlock> GetBlockAsync(ReadAt at, CancellationToken cancellation = default);

    /// <summary>The block of that number on the chain as it is now; null when there is none (yet, or any more).</summary>
    Task<ChainBlock?> FindBlockAsync(ulong number, CancellationToken cancellation = default);

    /// <summary>A channel's status and counts; <see cref="ChannelStatus.None"/> for one that never was.</summary>
    Task<ChannelView> GetChannelAsync(ChannelId channel, ReadAt at, CancellationToken cancellation = default);

    /// <summary>The provider's slots taken by direct channels.</summary>
    Task<int> CountActiveChannelsAsync(Address provider, ReadAt at, CancellationToken cancellation = default);

    /// <summary>The account in the register of proxies; <see cref="ProxyView.None"/> for one that never registered.</summary>
    Task<ProxyView> GetProxyAsync(Address account, ReadAt at, CancellationToken cancellation = default);

    /// <summary>Tokens the account holds.</summary>
    Task<TokenAmount> GetBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default);

    /// <summary>Tokens the payment channels may take from the account.</summary>
    Task<TokenAmount> GetAllowanceAsync(Address owner, ReadAt at, CancellationToken cancellation = default);

    /// <summary>The nonce that the account's next permit must carry.</summary>
    Task<BigInteger> GetPermitNonceAsync(Address owner, CancellationToken cancellation = default);

    /// <summary>The account's native currency in wei, which pays for gas.</summary>
    Task<BigInteger> GetGasBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default);

    /// <summary>
    /// All events of the payment channels from one block to another, both inclusive, in their order on chain. Each
    /// names its block and that block's hash, by which the caller notices a re-organisation.
    /// </summary>
    Task<IReadOnlyList<ChainEvent>> GetEventsAsync(ulong fromBlock, ulong toBlock, CancellationToken cancellation = default);

    /// <summary>Where a call goes and with which bytes. Pure: the same call gives the same bytes for ever.</summary>
    PreparedCall Prepare(ChainCall call);

    /// <summary>How many transactions the account has sent: mined ones, or also those waiting.</summary>
    Task<ulong> GetNonceAsync(Address account, NonceScope scope, CancellationToken cancellation = default);

    /// <summary>Fees with which a transaction is mined soon, also when the base fee doubles meanwhile.</summary>
    Task<FeeCaps> SuggestFeesAsync(CancellationToken cancellation = default);

    /// <summary>Tries the call on the newest block: the gas it would use, or why the contract refuses it.</summary>
    Task<CallEstimate> EstimateAsync(Address from, ChainCall call, CancellationToken cancellation = default);

    /// <summary>
    /// Hands a signed transaction to the chain. Sending the same one again is harmless. When this throws, the
    /// transaction may have arrived all the same: look for it by its hash.
    /// </summary>
    Task<SendResult> SendAsync(SignedTransaction transaction, CancellationToken cancellation = default);

    /// <summary>What the chain knows of a transaction: nothing, that it waits, or its receipt.</summary>
    Task<TransactionReport> FindTransactionAsync(Bytes32 transactionHash, CancellationToken cancellation = default);

    /// <summary>
    /// Why a mined transaction failed, found by trying it again on the state before its block. Null when the chain
    /// does not say, as when that state is gone or an earlier transaction of the block was the reason.
    /// </summary>
    Task<ContractRefusal?> ExplainFailureAsync(Bytes32 transactionHash, CancellationToken cancellation = default);
}
