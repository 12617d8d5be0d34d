namespace Tachyon.Protocol.EvidenceFiles;

/// <summary>What the chain paid out. Amounts in base units, decimal.</summary>
public sealed record SettlementExport
{
    /// <summary>The bytes that were settled.</summary>
    public required ulong BytesUsed { get; init; }

    /// <summary>To the provider.</summary>
    public required string Paid { get; init; }

    /// <summary>What a dispute burned.</summary>
    public required string Burned { get; init; }

    /// <summary>Back to the consumer.</summary>
    public required string Refunded { get; init; }

    /// <summary>0x and 64 hexadecimal digits.</summary>
    public required string TransactionHash { get; init; }

    /// <summary>The block of that transaction.</summary>
    public required ulong BlockNumber { get; init; }
}
