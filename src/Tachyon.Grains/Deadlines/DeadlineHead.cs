namespace Tachyon.Grains.Deadlines;

/// <summary>What a deadline shard stores once. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.DeadlineHead")]
internal sealed record DeadlineHead
{
    /// <summary>Deadlines are kept in the pages below this number, and nowhere else.</summary>
    [Id(0)]
    public int Pages { get; init; }

    /// <summary>Grows with each activation: whoever finds another than its own is no longer the shard.</summary>
    [Id(1)]
    public ulong Epoch { get; init; }
}
