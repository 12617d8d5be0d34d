using System.Numerics;
using Tachyon.Chain.Ethereum.Bindings;

namespace Tachyon.Chain.Ethereum;

/// <summary>
/// The settlement chain behind an endpoint that may not answer yet, or that serves another chain for now. It connects and
/// checks with the first request that gets through; until then every request ends with <see cref="ChainUnavailableException"/>.
/// </summary>
public sealed class LateEthereumChain : ISettlementChain, IDisposable
{
    private readonly EthereumChainOptions options;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim connecting = new(1, 1);
    private volatile EthereumChain? connected;

    /// <summary>Connects to nothing yet.</summary>
    /// <exception cref="ArgumentException">An option is out of its bounds.</exception>
    public LateEthereumChain(EthereumChainOptions options, Deployment deployment, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(deployment);
        options.Validate();
        this.options = options;
        this.time = time ?? TimeProvider.System;
        Deployment = deployment;
        Domain = deployment.Domain;
    }

    /// <inheritdoc />
    public Deployment Deployment { get; }

    /// <inheritdoc />
    public Eip712Domain Domain { get; }

    /// <inheritdoc />
    public async Task<ChainRules> GetRulesAsync(CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetRulesAsync(cancellation);

    /// <inheritdoc />
    public async Task<ChainBlock> GetBlockAsync(ReadAt at, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetBlockAsync(at, cancellation);

    /// <inheritdoc />
    public async Task<ChainBlock?> FindBlockAsync(ulong number, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).FindBlockAsync(number, cancellation);

    /// <inheritdoc />
    public async Task<ChannelView> GetChannelAsync(ChannelId channel, ReadAt at, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetChannelAsync(channel, at, cancellation);

    /// <inheritdoc />
    public async Task<int> CountActiveChannelsAsync(Address provider, ReadAt at, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).CountActiveChannelsAsync(provider, at, cancellation);

    /// <inheritdoc />
    public async Task<ProxyView> GetProxyAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetProxyAsync(account, at, cancellation);

    /// <inheritdoc />
    public async Task<TokenAmount> GetBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetBalanceAsync(account, at, cancellation);

    /// <inheritdoc />
    public async Task<TokenAmount> GetAllowanceAsync(Address owner, ReadAt at, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetAllowanceAsync(owner, at, cancellation);

    /// <inheritdoc />
    public async Task<BigInteger> GetPermitNonceAsync(Address owner, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetPermitNonceAsync(owner, cancellation);

    /// <inheritdoc />
    public async Task<BigInteger> GetGasBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetGasBalanceAsync(account, at, cancellation);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ChainEvent>> GetEventsAsync(ulong fromBlock, ulong toBlock, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetEventsAsync(fromBlock, toBlock, cancellation);

    /// <inheritdoc />
    public PreparedCall Prepare(ChainCall call) => CallEncoder.Encode(call, Deployment);

    /// <inheritdoc />
    public async Task<ulong> GetNonceAsync(Address account, NonceScope scope, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).GetNonceAsync(account, scope, cancellation);

    /// <inheritdoc />
    public async Task<FeeCaps> SuggestFeesAsync(CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).SuggestFeesAsync(cancellation);

    /// <inheritdoc />
    public async Task<CallEstimate> EstimateAsync(Address from, ChainCall call, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).EstimateAsync(from, call, cancellation);

    /// <inheritdoc />
    public async Task<SendResult> SendAsync(SignedTransaction transaction, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).SendAsync(transaction, cancellation);

    /// <inheritdoc />
    public async Task<TransactionReport> FindTransactionAsync(Bytes32 transactionHash, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).FindTransactionAsync(transactionHash, cancellation);

    /// <inheritdoc />
    public async Task<ContractRefusal?> ExplainFailureAsync(Bytes32 transactionHash, CancellationToken cancellation = default)
        => await (await ConnectedAsync(cancellation)).ExplainFailureAsync(transactionHash, cancellation);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        connected?.Dispose();
        connecting.Dispose();
    }

    private async ValueTask<EthereumChain> ConnectedAsync(CancellationToken cancellation)
    {
        if (connected is { } chain)
        {
            return chain;
        }

        await connecting.WaitAsync(cancellation);
        try
        {
            return connected ??= await EthereumChain.ConnectAsync(options, Deployment, time, cancellation);
        }
        catch (ChainMismatchException mismatch)
        {
            // To callers of the port this is one more way of not answering; the operator reads what is wrong.
            var name = options.Endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
            throw new ChainUnavailableException(name, "for this deployment", mismatch.Message, mismatch);
        }
        finally
        {
            connecting.Release();
        }
    }
}
