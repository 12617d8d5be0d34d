namespace Tachyon.Chain;

/// <summary>What the chain knows of a transaction.</summary>
/// <param name="State">unknown, pending or mined</param>
/// <param name="Receipt">what became of it, once it is mined</param>
public sealed record TransactionReport(TransactionState State, ChainReceipt? Receipt)
{
    /// <summary>The chain knows nothing of it.</summary>
    public static TransactionReport Unknown { get; } = new(TransactionState.Unknown, null);

    /// <summary>It waits.</summary>
    public static TransactionReport Pending { get; } = new(TransactionState.Pending, null);

    /// <summary>It is in a block.</summary>
    public static TransactionReport Mined(ChainReceipt receipt) => new(TransactionState.Mined, receipt);
}

/// <summary>How far a transaction has come.</summary>
public enum TransactionState
{
    /// <summary>The node asked does not know it: never sent, lost, or replaced.</summary>
    Unknown = 1,

    /// <summary>It waits to be mined.</summary>
    Pending = 2,

    /// <summary>It is in a block.</summary>
    Mined = 3,
}
