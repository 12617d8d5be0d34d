namespace Nethereum.ABI.FunctionEncoding;

/// <summary>A value that its Solidity type cannot hold.</summary>
public class AbiEncodingException : Exception
{
    internal AbiEncodingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A call that reverted with a text (require(…, "text")).</summary>
public class SmartContractRevertException : Exception
{
    public SmartContractRevertException(string message, string encodedData, Exception innerException = null)
        : base("Smart contract error: " + message, innerException)
    {
        RevertMessage = message;
        EncodedData = encodedData;
    }

    public string RevertMessage { get; set; }

    public string EncodedData { get; set; }
}
