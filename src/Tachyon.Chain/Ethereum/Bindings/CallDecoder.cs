using System.Collections.Frozen;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Tachyon.Chain.Ethereum.Bindings;

/// <summary>Call data to calls: the way back of <see cref="CallEncoder"/>.</summary>
internal static class CallDecoder
{
    private const int SelectorDigits = 8;

    private static readonly FrozenDictionary<string, Func<string, Eip712Domain, ChainCall>> ChannelCalls =
        new Dictionary<string, Func<string, Eip712Domain, ChainCall>>
        {
            [Selector<OpenMessage>()] = Decode<OpenMessage>,
            [Selector<OpenWithPermitMessage>()] = Decode<OpenWithPermitMessage>,
            [Selector<OpenAcceptedMessage>()] = Decode<OpenAcceptedMessage>,
            [Selector<OpenForMessage>()] = Decode<OpenForMessage>,
            [Selector<ConfirmMessage>()] = Decode<ConfirmMessage>,
            [Selector<ConfirmForMessage>()] = Decode<ConfirmForMessage>,
            [Selector<DeclineMessage>()] = Decode<DeclineMessage>,
            [Selector<DeclineForMessage>()] = Decode<DeclineForMessage>,
            [Selector<WithdrawUnconfirmedMessage>()] = Decode<WithdrawUnconfirmedMessage>,
            [Selector<TopUpMessage>()] = Decode<TopUpMessage>,
            [Selector<TopUpForMessage>()] = Decode<TopUpForMessage>,
            [Selector<ClaimMessage>()] = Decode<ClaimMessage>,
            [Selector<ClaimManyMessage>()] = Decode<ClaimManyMessage>,
            [Selector<CooperativeCloseMessage>()] = Decode<CooperativeCloseMessage>,
            [Selector<StartCloseMessage>()] = Decode<StartCloseMessage>,
            [Selector<StartCloseForMessage>()] = Decode<StartCloseForMessage>,
            [Selector<ChallengeMessage>()] = Decode<ChallengeMessage>,
            [Selector<SettleMessage>()] = Decode<SettleMessage>,
            [Selector<SettleManyMessage>()] = Decode<SettleManyMessage>,
            [Selector<RegisterProxyMessage>()] = Decode<RegisterProxyMessage>,
            [Selector<StartLeavingMessage>()] = Decode<StartLeavingMessage>,
            [Selector<FinishLeavingMessage>()] = Decode<FinishLeavingMessage>,
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Func<string, Eip712Domain, ChainCall>> TokenCalls =
        new Dictionary<string, Func<string, Eip712Domain, ChainCall>>
        {
            [Selector<ApproveMessage>()] = Decode<ApproveMessage>,
            [Selector<TransferMessage>()] = Decode<TransferMessage>,
        }.ToFrozenDictionary();

    /// <summary>The call, or null when it is none of the deployment's contracts' or cannot be read.</summary>
    public static ChainCall? Decode(Address to, ReadOnlySpan<byte> data, Deployment deployment)
    {
        if (data.IsEmpty && to != deployment.Token && to != deployment.PaymentChannels)
        {
            return new ChainCall.FillNonce(to);
        }

        var calls = to == deployment.Token ? TokenCalls : to == deployment.PaymentChannels ? ChannelCalls : null;
        var digits = Convert.ToHexStringLower(data);
        if (calls is null || digits.Length < SelectorDigits || !calls.TryGetValue(digits[..SelectorDigits], out var decode))
        {
            return null;
        }

        try
        {
            return decode("0x" + digits, deployment.Domain);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Nethereum throws whatever the damage leads to.
            return null;
        }
    }

    private static string Selector<TMessage>() => ABITypedRegistry.GetFunctionABI<TMessage>().Sha3Signature.RemoveHexPrefix();

    private static ChainCall Decode<TMessage>(string data, Eip712Domain domain)
        where TMessage : FunctionMessage, ICallBinding, new()
        => new TMessage().DecodeInput(data).ToCall(domain);
}
