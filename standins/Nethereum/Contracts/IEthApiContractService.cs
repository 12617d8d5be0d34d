using Nethereum.Contracts.ContractHandlers;
using Nethereum.RPC;

namespace Nethereum.Contracts.Services;

/// <summary>The eth_ methods and the helpers for contracts.</summary>
public interface IEthApiContractService : IEthApiService
{
    ContractHandler GetContractHandler(string contractAddress);
}

internal sealed class EthApiContractService(JsonRpc.Client.IClient client) : EthApiService(client), IEthApiContractService
{
    public ContractHandler GetContractHandler(string contractAddress) => new(contractAddress, this);
}
