namespace Tachyon.Chain;

/// <summary>The chain will not take a transaction, for a reason that repeating does not cure.</summary>
public sealed class TransactionRejectedException : Exception
{
    /// <param name="transactionHash">the transaction's</param>
    /// <param name="account">whose it is</param>
    /// <param name="result">what the chain said</param>
    public TransactionRejectedException(Bytes32 transactionHash, Address account, SendResult result)
        : base($"Transaction {transactionHash} of {account} was not taken: {result.Outcome}, {result.Detail}")
    {
        TransactionHash = transactionHash;
        Result = result;
    }

    /// <summary>The transaction's hash.</summary>
    public Bytes32 TransactionHash { get; }

    /// <summary>What the chain said.</summary>
    public SendResult Result { get; }
}
