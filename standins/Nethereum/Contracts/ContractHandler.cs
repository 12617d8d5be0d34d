using System.Reflection;
using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts.Services;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;

namespace Nethereum.Contracts.ContractHandlers;

/// <summary>Queries one contract.</summary>
public class ContractHandler
{
    private const string ErrorSelector = "0x08c379a0";

    public ContractHandler(string contractAddress, IEthApiContractService ethApiContractService, string addressFrom = null)
    {
        ContractAddress = contractAddress;
        EthApiContractService = ethApiContractService;
        AddressFrom = addressFrom;
    }

    public string AddressFrom { get; protected set; }

    public string ContractAddress { get; }

    public IEthApiContractService EthApiContractService { get; protected set; }

    /// <summary>Calls and decodes one result. An address without code gives the default value and no error.</summary>
    public virtual async Task<TReturn> QueryAsync<TEthereumContractFunctionMessage, TReturn>(
        TEthereumContractFunctionMessage ethereumContractFunctionMessage = null, BlockParameter blockParameter = null)
        where TEthereumContractFunctionMessage : FunctionMessage, new()
    {
        var output = await CallAsync(ethereumContractFunctionMessage, blockParameter).ConfigureAwait(false);
        var returnType = typeof(TEthereumContractFunctionMessage).GetCustomAttribute<FunctionAttribute>(true)?.ReturnType;
        return output is "0x" || returnType is null
            ? default
            : (TReturn)AbiDecoder.Decode(
                AbiType.Parse(returnType, typeof(TReturn)), output.HexToByteArray(), typeof(TReturn));
    }

    /// <summary>Calls and decodes into a [FunctionOutput]. An address without code gives null and no error.</summary>
    public virtual async Task<TEthereumFunctionReturn> QueryDeserializingToObjectAsync<TEthereumContractFunctionMessage,
        TEthereumFunctionReturn>(
        TEthereumContractFunctionMessage ethereumContractFunctionMessage = null, BlockParameter blockParameter = null)
        where TEthereumContractFunctionMessage : FunctionMessage, new()
        where TEthereumFunctionReturn : IFunctionOutputDTO, new()
    {
        var output = await CallAsync(ethereumContractFunctionMessage, blockParameter).ConfigureAwait(false);
        if (output is "0x")
        {
            return default;
        }

        if (typeof(TEthereumFunctionReturn).GetCustomAttribute<FunctionOutputAttribute>() is null)
        {
            throw new ArgumentException(
                $"Unable to decode to '{typeof(TEthereumFunctionReturn).Name}' because the type does not apply "
                + $"attribute '[{nameof(FunctionOutputAttribute)}]'.");
        }

        var result = new TEthereumFunctionReturn();
        AbiDecoder.DecodeMembers(AbiSchema.Of(typeof(TEthereumFunctionReturn)), output.HexToByteArray(), result);
        return result;
    }

    private async Task<string> CallAsync<TMessage>(TMessage message, BlockParameter block)
        where TMessage : FunctionMessage, new()
    {
        message ??= new TMessage();
        message.FromAddress ??= AddressFrom;
        try
        {
            return await EthApiContractService.Transactions.Call
                .SendRequestAsync(message.CreateCallInput(ContractAddress), block ?? BlockParameter.CreateLatest())
                .ConfigureAwait(false);
        }
        catch (RpcResponseException refused) when (refused.RpcError.GetDataAsString().IsHex())
        {
            var data = refused.RpcError.GetDataAsString();
            if (data.StartsWith(ErrorSelector, StringComparison.Ordinal))
            {
                var text = AbiDecoder.Decode(
                    AbiType.Parse("string", typeof(string)), data[ErrorSelector.Length..].HexToByteArray(), typeof(string));
                throw new SmartContractRevertException((string)text, data);
            }

            throw new SmartContractCustomErrorRevertException(data);
        }
    }
}
