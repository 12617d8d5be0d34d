namespace Tachyon.Chain;

/// <summary>
/// A transaction was not seen mined within the time given. It has not failed: it may still be mined, so look for it
/// by its hash before sending another in its place.
/// </summary>
public sealed class TransactionTimedOutException : Exception
{
    /// <param name="transactionHash">the transaction's</param>
    /// <param name="waited">how long it was waited for</param>
    /// <param name="innerException">the cause, if there is more than time</param>
    public TransactionTimedOutException(Bytes32 transactionHash, TimeSpan waited, Exception? innerException = null)
        : base($"Transaction {transactionHash} was not seen mined within {waited.TotalSeconds:0.#} s; it may still be.", innerException)
        => TransactionHash = transactionHash;

    /// <summary>By which to look for it.</summary>
    public Bytes32 TransactionHash { get; }
}
