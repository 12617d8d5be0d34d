using Nethereum.ABI;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;

namespace Nethereum.Contracts;

/// <summary>Function messages to call data and back. All go by the static type of the message.</summary>
public static class FunctionMessageExtensions
{
    /// <summary>The selector followed by the encoded arguments.</summary>
    public static byte[] GetCallData<TContractMessage>(this TContractMessage contractMessage)
        where TContractMessage : FunctionMessage
        => [
            .. ABITypedRegistry.GetFunctionABI<TContractMessage>().Sha3Signature.HexToByteArray(),
            .. AbiEncoder.EncodeMembers(AbiSchema.Of(typeof(TContractMessage)), contractMessage),
        ];

    /// <summary>Fills the message from call data; a message without arguments stays as it is.</summary>
    public static TContractMessage DecodeInput<TContractMessage>(this TContractMessage contractMessage, string data)
        where TContractMessage : FunctionMessage
    {
        var selector = ABITypedRegistry.GetFunctionABI<TContractMessage>().Sha3Signature;
        var digits = data.RemoveHexPrefix();
        var arguments = digits.StartsWith(selector, StringComparison.Ordinal) ? digits[selector.Length..] : digits;
        AbiDecoder.DecodeMembers(AbiSchema.Of(typeof(TContractMessage)), arguments.HexToByteArray(), contractMessage);
        return contractMessage;
    }

    public static CallInput CreateCallInput<TContractMessage>(this TContractMessage contractMessage, string contractAddress)
        where TContractMessage : FunctionMessage
        => new(
            contractMessage.GetCallData().ToHex(true),
            contractAddress,
            contractMessage.FromAddress,
            contractMessage.Gas is { } gas ? new HexBigInteger(gas) : null,
            new HexBigInteger(contractMessage.AmountToSend));
}
