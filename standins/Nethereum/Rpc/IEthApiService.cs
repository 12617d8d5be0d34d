using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Services;

namespace Nethereum.RPC
{
    /// <summary>The eth_ methods.</summary>
    public interface IEthApiService
    {
        IEthChainId ChainId { get; }

        IEthGetBalance GetBalance { get; }

        IEthGetCode GetCode { get; }

        IEthApiBlockService Blocks { get; }

        IEthApiFilterService Filters { get; }

        IEthApiTransactionsService Transactions { get; }
    }
}

namespace Nethereum.RPC.Eth.Services
{
    public interface IEthApiBlockService
    {
        Blocks.IEthGetBlockWithTransactionsHashesByNumber GetBlockWithTransactionsHashesByNumber { get; }
    }

    public interface IEthApiFilterService
    {
        Filters.IEthGetLogs GetLogs { get; }
    }

    public interface IEthApiTransactionsService
    {
        Transactions.IEthCall Call { get; }

        Transactions.IEthEstimateGas EstimateGas { get; }

        Transactions.IEthGetTransactionByHash GetTransactionByHash { get; }

        Transactions.IEthGetTransactionCount GetTransactionCount { get; }

        Transactions.IEthGetTransactionReceipt GetTransactionReceipt { get; }

        Transactions.IEthSendRawTransaction SendRawTransaction { get; }
    }
}
