namespace Nethereum.Contracts;

/// <summary>A call that reverted with a custom error, or with nothing.</summary>
public class SmartContractCustomErrorRevertException : Exception
{
    public SmartContractCustomErrorRevertException(string encodedData)
        : base("Smart contract error") => ExceptionEncodedData = encodedData;

    public string ExceptionEncodedData { get; set; }

    public bool IsCustomErrorFor<TError>() => ExceptionEncodedData.IsExceptionEncodedDataForError<TError>();

    public TError DecodeError<TError>()
        where TError : class, new()
        => ExceptionEncodedData.DecodeExceptionEncodedData<TError>();
}
