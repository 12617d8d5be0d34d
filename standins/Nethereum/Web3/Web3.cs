using Nethereum.Contracts.Services;
using Nethereum.JsonRpc.Client;

namespace Nethereum.Web3;

public interface IWeb3
{
    IClient Client { get; }

    IEthApiContractService Eth { get; }
}

/// <summary>A node's JSON-RPC methods by name, over one client.</summary>
public class Web3 : IWeb3
{
    public Web3(IClient client)
    {
        Client = client;
        Eth = new EthApiContractService(client);
    }

    public IClient Client { get; }

    public IEthApiContractService Eth { get; }
}
