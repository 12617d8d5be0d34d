namespace Tachyon.EdgeTunnel.Verification;

/// <summary>What came out of one check of a record.</summary>
internal enum FindingLevel
{
    /// <summary>As the protocol says.</summary>
    Right = 1,

    /// <summary>The record leaves out what it takes to tell.</summary>
    Unproven = 2,

    /// <summary>Against the protocol, forged, or not what was signed.</summary>
    Wrong = 3,
}

/// <summary>One check of a record.</summary>
/// <param name="Where">The field in the file, such as <c>consumerUnits[3]</c>.</param>
/// <param name="Level">How it came out.</param>
/// <param name="Text">For people.</param>
internal sealed record Finding(string Where, FindingLevel Level, string Text);

/// <summary>All findings on a record, and what follows from its units that hold.</summary>
internal sealed record VerdictDocument
{
    public int Version { get; init; } = 1;

    public required string ChannelId { get; init; }

    /// <summary>Whether nothing is wrong. What is unproven shows in the findings.</summary>
    public required bool Valid { get; init; }

    public required int UnitsChecked { get; init; }

    /// <summary>uA: the greatest count in a valid unit of the consumer.</summary>
    public required ulong ConsumerBytes { get; init; }

    /// <summary>uB: the same of the provider.</summary>
    public required ulong ProviderBytes { get; init; }

    /// <summary>Whether the two differ by more than the tolerance allows.</summary>
    public required bool IsDispute { get; init; }

    /// <summary>The count of a closure that both signed; null where there is none.</summary>
    public ulong? ClosureBytes { get; init; }

    /// <summary>The provider's due over the channel's life, base units.</summary>
    public required string Paid { get; init; }

    public required string PaidIpx { get; init; }

    public required string Burned { get; init; }

    public required string BurnedIpx { get; init; }

    /// <summary>The consumer's due.</summary>
    public required string Refunded { get; init; }

    public required string RefundedIpx { get; init; }

    public required IReadOnlyList<FindingDocument> Findings { get; init; }
}

/// <summary>A <see cref="Finding"/> as JSON.</summary>
internal sealed record FindingDocument
{
    public required string Where { get; init; }

    /// <summary>right, unproven or wrong.</summary>
    public required string Level { get; init; }

    public required string Text { get; init; }
}
