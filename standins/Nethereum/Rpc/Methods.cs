using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;

// One interface for each eth_ method. An id of null takes the client's default.
namespace Nethereum.RPC.Infrastructure
{
    public interface IGenericRpcRequestResponseHandlerNoParam<TResponse>
    {
        Task<TResponse> SendRequestAsync(object id = null);
    }
}

namespace Nethereum.RPC.Eth
{
    public interface IEthChainId : Infrastructure.IGenericRpcRequestResponseHandlerNoParam<HexBigInteger>;

    public interface IEthGetBalance
    {
        Task<HexBigInteger> SendRequestAsync(string address, BlockParameter block, object id = null);
    }

    public interface IEthGetCode
    {
        Task<string> SendRequestAsync(string address, BlockParameter block, object id = null);
    }
}

namespace Nethereum.RPC.Eth.Blocks
{
    public interface IEthGetBlockWithTransactionsHashesByNumber
    {
        /// <summary>Null when there is no such block.</summary>
        Task<BlockWithTransactionHashes> SendRequestAsync(BlockParameter blockParameter, object id = null);
    }
}

namespace Nethereum.RPC.Eth.Filters
{
    public interface IEthGetLogs
    {
        Task<FilterLog[]> SendRequestAsync(NewFilterInput newFilter, object id = null);
    }
}

namespace Nethereum.RPC.Eth.Transactions
{
    public interface IEthCall
    {
        Task<string> SendRequestAsync(CallInput callInput, BlockParameter block, object id = null);
    }

    public interface IEthEstimateGas
    {
        Task<HexBigInteger> SendRequestAsync(CallInput callInput, object id = null);
    }

    public interface IEthGetTransactionByHash
    {
        /// <summary>Null when the node does not know it.</summary>
        Task<Transaction> SendRequestAsync(string hashTransaction, object id = null);
    }

    public interface IEthGetTransactionCount
    {
        Task<HexBigInteger> SendRequestAsync(string address, BlockParameter block, object id = null);
    }

    public interface IEthGetTransactionReceipt
    {
        /// <summary>Null until the transaction is mined.</summary>
        Task<TransactionReceipt> SendRequestAsync(string transactionHash, object id = null);
    }

    public interface IEthSendRawTransaction
    {
        Task<string> SendRequestAsync(string signedTransactionData, object id = null);
    }
}
