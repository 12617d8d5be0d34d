namespace Tachyon.Grains;

/// <summary>What became of an exit's report. What was taken is durable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolReportResult")]
public sealed record PoolReportResult
{
    /// <summary>False where the pool is another one, or none.</summary>
    [Id(0)]
    public required bool IsKnown { get; init; }

    /// <summary>Why the unit was not taken.</summary>
    [Id(1)]
    public UnitRefusal Unit { get; init; }

    /// <summary>Why each count was not taken, in the order of the report.</summary>
    [Id(2)]
    public CountRefusal[] Counts { get; init; } = [];
}
