using System.Numerics;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Tachyon.Chain.Ethereum.Bindings;

namespace Tachyon.Chain.Ethereum;

// Fees, nonces, sending and receipts.
public sealed partial class EthereumChain
{
    /// <inheritdoc />
    public async Task<ulong> GetNonceAsync(Address account, NonceScope scope, CancellationToken cancellation = default)
    {
        var block = scope == NonceScope.Pending ? BlockParameter.CreatePending() : BlockParameter.CreateLatest();
        var count = await endpoint.AskAsync(
            "eth_getTransactionCount",
            w => w.Eth.Transactions.GetTransactionCount.SendRequestAsync(account.ToString(), block),
            cancellation);
        return (ulong)count.Value;
    }

    /// <inheritdoc />
    public async Task<FeeCaps> SuggestFeesAsync(CancellationToken cancellation = default)
    {
        var newest = await endpoint.AskAsync(
            "eth_getBlockByNumber",
            w => w.Eth.Blocks.GetBlockWithTransactionsHashesByNumber.SendRequestAsync(BlockParameter.CreateLatest()),
            cancellation);
        var tip = BigInteger.Max(options.MinimumTip, await TipAsync(cancellation));
        return new FeeCaps((2 * (newest?.BaseFeePerGas?.Value ?? BigInteger.Zero)) + tip, tip);
    }

    /// <inheritdoc />
    public async Task<CallEstimate> EstimateAsync(Address from, ChainCall call, CancellationToken cancellation = default)
    {
        var prepared = Prepare(call);
        var input = new CallInput
        {
            From = from.ToString(),
            To = prepared.To.ToString(),
            Data = prepared.Data.ToArray().ToHex(true),
        };
        try
        {
            var gas = await endpoint.AskOrErrorAsync(
                "eth_estimateGas", w => w.Eth.Transactions.EstimateGas.SendRequestAsync(input), cancellation);
            return CallEstimate.Of((ulong)gas.Value);
        }
        catch (RpcResponseException error)
        {
            return CallEstimate.Refused(RefusalIn(error)
                ?? throw endpoint.Unavailable("eth_estimateGas", error.RpcError.Message, error));
        }
    }

    /// <inheritdoc />
    public async Task<SendResult> SendAsync(SignedTransaction transaction, CancellationToken cancellation = default)
    {
        var raw = transaction.Raw.ToArray().ToHex(true);
        try
        {
            await endpoint.AskOrErrorAsync(
                "eth_sendRawTransaction", w => w.Eth.Transactions.SendRawTransaction.SendRequestAsync(raw), cancellation);
            return SendResult.Accepted;
        }
        catch (RpcResponseException error)
        {
            return SendErrors.Classify(error.RpcError)
                ?? throw endpoint.Unavailable("eth_sendRawTransaction", error.RpcError.Message, error);
        }
    }

    /// <inheritdoc />
    public async Task<TransactionReport> FindTransactionAsync(Bytes32 transactionHash, CancellationToken cancellation = default)
    {
        var hash = transactionHash.ToString();
        var receipt = await endpoint.AskAsync(
            "eth_getTransactionReceipt", w => w.Eth.Transactions.GetTransactionReceipt.SendRequestAsync(hash), cancellation);
        if (receipt?.BlockNumber is not null)
        {
            return TransactionReport.Mined(new ChainReceipt(
                transactionHash,
                receipt.Succeeded(),
                (ulong)receipt.BlockNumber.Value,
                Bytes32.Parse(receipt.BlockHash),
                (ulong)receipt.GasUsed.Value,
                receipt.EffectiveGasPrice?.Value ?? BigInteger.Zero,
                receipt.ContractAddress is { } deployed ? Address.Parse(deployed.ToLowerInvariant()) : null));
        }

        return await KnownAsync(hash, cancellation) is null ? TransactionReport.Unknown : TransactionReport.Pending;
    }

    /// <inheritdoc />
    public async Task<ContractRefusal?> ExplainFailureAsync(Bytes32 transactionHash, CancellationToken cancellation = default)
    {
        var transaction = await KnownAsync(transactionHash.ToString(), cancellation);
        if (transaction?.BlockNumber is null || transaction.BlockNumber.Value.IsZero)
        {
            return null;
        }

        var input = new CallInput { From = transaction.From, To = transaction.To, Data = transaction.Input, Gas = transaction.Gas };
        var before = new BlockParameter((ulong)transaction.BlockNumber.Value - 1);
        try
        {
            await endpoint.AskOrErrorAsync(
                "eth_call", w => w.Eth.Transactions.Call.SendRequestAsync(input, before), cancellation);
            return null;
        }
        catch (RpcResponseException error)
        {
            return RefusalIn(error);
        }
    }

    private Task<Transaction> KnownAsync(string hash, CancellationToken cancellation)
        => endpoint.AskAsync(
            "eth_getTransactionByHash", w => w.Eth.Transactions.GetTransactionByHash.SendRequestAsync(hash), cancellation);

    private async Task<BigInteger> TipAsync(CancellationToken cancellation)
    {
        try
        {
            var tip = await endpoint.AskOrErrorAsync(
                "eth_maxPriorityFeePerGas",
                w => w.Client.SendRequestAsync<HexBigInteger>("eth_maxPriorityFeePerGas"),
                cancellation);
            return tip?.Value ?? BigInteger.Zero;
        }
        catch (RpcResponseException)
        {
            // Not every node has the method; the least tip will do.
            return BigInteger.Zero;
        }
    }

    /// <summary>The contract's refusal in an error of the node; null when the error is the node's own.</summary>
    private static ContractRefusal? RefusalIn(RpcResponseException error)
    {
        var data = error.RpcError.GetDataAsString();
        if (!string.IsNullOrEmpty(data) && data.HasHexPrefix() && data.IsHex())
        {
            return RefusalDecoder.Decode(data.HexToByteArray());
        }

        return error.RpcError.Message.Contains("revert", StringComparison.OrdinalIgnoreCase)
            ? new ContractRefusal.Unrecognised(error.RpcError.Message)
            : null;
    }
}
