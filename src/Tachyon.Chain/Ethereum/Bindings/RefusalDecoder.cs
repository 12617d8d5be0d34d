using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;
using Tachyon.Chain.Ethereum.Bindings.Errors;

namespace Tachyon.Chain.Ethereum.Bindings;

/// <summary>Revert data to refusals.</summary>
internal static class RefusalDecoder
{
    private const string TextSelector = "08c379a0";

    private static readonly FrozenDictionary<string, Type> Errors = new[]
    {
        typeof(WrongStatusError),
        typeof(ConfirmTimeoutOverError),
        typeof(ConfirmTimeoutRunsError),
        typeof(ChallengePeriodRunsError),
        typeof(NoFreeSlotError),
        typeof(ProviderIsProxyError),
        typeof(ProviderNotProxyError),
        typeof(BytesNotWholeKBError),
        typeof(RaisesNothingError),
        typeof(ClosureBelowPaidError),
        typeof(ClosureAboveCapacityError),
        typeof(CapacityNotWholeKBError),
        typeof(CapacityTooLargeError),
        typeof(CapacityNotRaisedError),
        typeof(ZeroPriceError),
        typeof(ZeroProviderError),
        typeof(SelfChannelError),
        typeof(ToleranceTooHighError),
        typeof(UnknownKindError),
        typeof(NotConsumerError),
        typeof(NotProviderError),
        typeof(NotPartyError),
        typeof(WrongSignerError),
        typeof(MalformedSignatureError),
        typeof(SignatureExpiredError),
        typeof(ValidityTooLongError),
        typeof(TransferNotExactError),
        typeof(ReentrancyGuardReentrantCallError),
        typeof(SafeERC20FailedOperationError),
        typeof(TokenWithoutCodeError),
        typeof(TokenNotPlainError),
        typeof(PeriodOutOfRangeError),
        typeof(WrongProxyStatusError),
        typeof(DirectChannelsActiveError),
        typeof(LocksActiveError),
        typeof(LeavingDelayRunsError),
        typeof(ERC20InsufficientBalanceError),
        typeof(ERC20InsufficientAllowanceError),
    }.ToFrozenDictionary(type => ABITypedRegistry.GetError(type).Sha3Signature.RemoveHexPrefix());

    /// <summary>The refusal in revert data; <see cref="ContractRefusal.Unrecognised"/> for anything else.</summary>
    public static ContractRefusal Decode(ReadOnlySpan<byte> revertData)
    {
        if (revertData.Length < 4)
        {
            return new ContractRefusal.Unrecognised("the call reverted without saying why");
        }

        var selector = Convert.ToHexStringLower(revertData[..4]);
        if (Errors.TryGetValue(selector, out var type)
            && DecodeError(revertData, type) is IErrorBinding error)
        {
            return error.ToRefusal();
        }

        return new ContractRefusal.Unrecognised(
            selector == TextSelector && TryReadText(revertData[4..], out var text)
                ? text
                : "0x" + Convert.ToHexStringLower(revertData));
    }

    // Data comes from a node, which may send anything: what cannot be decoded is shown as it is.
    private static object? DecodeError(ReadOnlySpan<byte> revertData, Type type)
    {
        try
        {
            return ("0x" + Convert.ToHexStringLower(revertData)).DecodeExceptionEncodedData(type);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static bool TryReadText(ReadOnlySpan<byte> arguments, out string text)
    {
        const int Head = 64;
        text = "";
        if (arguments.Length < Head)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(arguments[(Head - 4)..]);
        if (length > arguments.Length - Head)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(arguments.Slice(Head, (int)length));
        return true;
    }
}
