using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Filters;
using Nethereum.RPC.Eth.Services;
using Nethereum.RPC.Eth.Transactions;

namespace Nethereum.RPC;

internal class EthApiService(IClient client) : IEthApiService
{
    public IEthChainId ChainId { get; } = new EthChainId(client);

    public IEthGetBalance GetBalance { get; } = new EthGetBalance(client);

    public IEthGetCode GetCode { get; } = new EthGetCode(client);

    public IEthApiBlockService Blocks { get; } = new BlockService(client);

    public IEthApiFilterService Filters { get; } = new FilterService(client);

    public IEthApiTransactionsService Transactions { get; } = new TransactionsService(client);

    private sealed class BlockService(IClient client) : IEthApiBlockService
    {
        public IEthGetBlockWithTransactionsHashesByNumber GetBlockWithTransactionsHashesByNumber { get; } = new EthGetBlock(client);
    }

    private sealed class FilterService(IClient client) : IEthApiFilterService
    {
        public IEthGetLogs GetLogs { get; } = new EthGetLogs(client);
    }

    private sealed class TransactionsService(IClient client) : IEthApiTransactionsService
    {
        public IEthCall Call { get; } = new EthCall(client);

        public IEthEstimateGas EstimateGas { get; } = new EthEstimateGas(client);

        public IEthGetTransactionByHash GetTransactionByHash { get; } = new EthGetTransactionByHash(client);

        public IEthGetTransactionCount GetTransactionCount { get; } = new EthGetTransactionCount(client);

        public IEthGetTransactionReceipt GetTransactionReceipt { get; } = new EthGetTransactionReceipt(client);

        public IEthSendRawTransaction SendRawTransaction { get; } = new EthSendRawTransaction(client);
    }

    private abstract class Method<TResponse>(IClient client, string name)
    {
        private const int DefaultRequestId = 1;

        protected Task<TResponse> SendAsync(object id, params object[] parameters)
            => client.SendRequestAsync<TResponse>(new RpcRequest(id ?? DefaultRequestId, name, parameters));
    }

    private sealed class EthChainId(IClient client) : Method<HexBigInteger>(client, "eth_chainId"), IEthChainId
    {
        public Task<HexBigInteger> SendRequestAsync(object id = null) => SendAsync(id);
    }

    private sealed class EthGetBalance(IClient client) : Method<HexBigInteger>(client, "eth_getBalance"), IEthGetBalance
    {
        public Task<HexBigInteger> SendRequestAsync(string address, BlockParameter block, object id = null)
            => SendAsync(id, Required(address).EnsureHexPrefix(), Required(block));
    }

    private sealed class EthGetCode(IClient client) : Method<string>(client, "eth_getCode"), IEthGetCode
    {
        public Task<string> SendRequestAsync(string address, BlockParameter block, object id = null)
            => SendAsync(id, Required(address).EnsureHexPrefix(), Required(block));
    }

    private sealed class EthGetBlock(IClient client)
        : Method<BlockWithTransactionHashes>(client, "eth_getBlockByNumber"), IEthGetBlockWithTransactionsHashesByNumber
    {
        public Task<BlockWithTransactionHashes> SendRequestAsync(BlockParameter blockParameter, object id = null)
            => SendAsync(id, Required(blockParameter), false);
    }

    private sealed class EthGetLogs(IClient client) : Method<FilterLog[]>(client, "eth_getLogs"), IEthGetLogs
    {
        public Task<FilterLog[]> SendRequestAsync(NewFilterInput newFilter, object id = null)
            => SendAsync(id, Required(newFilter));
    }

    private sealed class EthCall(IClient client) : Method<string>(client, "eth_call"), IEthCall
    {
        public Task<string> SendRequestAsync(CallInput callInput, BlockParameter block, object id = null)
            => SendAsync(id, Required(callInput), block ?? BlockParameter.CreateLatest());
    }

    private sealed class EthEstimateGas(IClient client) : Method<HexBigInteger>(client, "eth_estimateGas"), IEthEstimateGas
    {
        public Task<HexBigInteger> SendRequestAsync(CallInput callInput, object id = null)
            => SendAsync(id, Required(callInput));
    }

    private sealed class EthGetTransactionByHash(IClient client)
        : Method<Transaction>(client, "eth_getTransactionByHash"), IEthGetTransactionByHash
    {
        public Task<Transaction> SendRequestAsync(string hashTransaction, object id = null)
            => SendAsync(id, hashTransaction.EnsureHexPrefix());
    }

    private sealed class EthGetTransactionCount(IClient client)
        : Method<HexBigInteger>(client, "eth_getTransactionCount"), IEthGetTransactionCount
    {
        public Task<HexBigInteger> SendRequestAsync(string address, BlockParameter block, object id = null)
            => SendAsync(id, Required(address).EnsureHexPrefix(), Required(block));
    }

    private sealed class EthGetTransactionReceipt(IClient client)
        : Method<TransactionReceipt>(client, "eth_getTransactionReceipt"), IEthGetTransactionReceipt
    {
        public Task<TransactionReceipt> SendRequestAsync(string transactionHash, object id = null)
            => SendAsync(id, Required(transactionHash).EnsureHexPrefix());
    }

    private sealed class EthSendRawTransaction(IClient client)
        : Method<string>(client, "eth_sendRawTransaction"), IEthSendRawTransaction
    {
        public Task<string> SendRequestAsync(string signedTransactionData, object id = null)
            => SendAsync(id, Required(signedTransactionData).EnsureHexPrefix());
    }

    private static T Required<T>(T value)
        where T : class
        => value ?? throw new ArgumentNullException(nameof(value));
}
