using Nethereum.ABI;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Nethereum.Contracts;

/// <summary>Revert data to custom errors.</summary>
public static class ErrorExtensions
{
    public static bool IsExceptionEncodedDataForError<TError>(this string data)
        => data.IsExceptionEncodedDataForError(typeof(TError));

    public static bool IsExceptionEncodedDataForError(this string data, Type errorType)
        => data.RemoveHexPrefix().StartsWith(
            ABITypedRegistry.GetError(errorType).Sha3Signature, StringComparison.OrdinalIgnoreCase);

    public static TError DecodeExceptionEncodedData<TError>(this string data)
        where TError : class, new()
        => (TError)data.DecodeExceptionEncodedData(typeof(TError));

    /// <summary>The error in revert data; null when it is another one.</summary>
    public static object DecodeExceptionEncodedData(this string data, Type errorType)
    {
        if (!data.IsExceptionEncodedDataForError(errorType))
        {
            return null;
        }

        var error = Activator.CreateInstance(errorType);
        AbiDecoder.DecodeMembers(AbiSchema.Of(errorType), data.RemoveHexPrefix()[8..].HexToByteArray(), error);
        return error;
    }
}
