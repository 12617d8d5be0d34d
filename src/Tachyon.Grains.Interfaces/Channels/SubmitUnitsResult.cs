namespace Tachyon.Grains;

/// <summary>What became of a batch of units: all that it could add is durable, or nothing of it was taken.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SubmitUnitsResult")]
public sealed record SubmitUnitsResult
{
    /// <summary>Why nothing was taken, or <see cref="UnitRefusal.None"/>.</summary>
    [Id(0)]
    public required UnitRefusal Refusal { get; init; }

    /// <summary>The index of the unit that caused the refusal; 0 when there is none.</summary>
    [Id(1)]
    public ulong RefusedIndex { get; init; }

    /// <summary>Index of the consumer's newest durable unit; 0 before the first.</summary>
    [Id(2)]
    public ulong ConsumerIndex { get; init; }

    /// <summary>Bytes stated in the consumer's newest durable unit.</summary>
    [Id(3)]
    public ulong ConsumerBytes { get; init; }

    /// <summary>Index of the provider's newest durable unit; 0 before the first.</summary>
    [Id(4)]
    public ulong ProviderIndex { get; init; }

    /// <summary>Bytes stated in the provider's newest durable unit.</summary>
    [Id(5)]
    public ulong ProviderBytes { get; init; }

    /// <summary>Whether the refused unit was handed in as the provider's.</summary>
    [Id(6)]
    public bool RefusedProvider { get; init; }

    /// <summary>Whether the channel was active when the units were judged: what is promised on a lock may leave only then.</summary>
    [Id(7)]
    public bool IsActive { get; init; }

    /// <summary>The proxy's unit that answers the consumer's on a lock, durable; null from a channel itself.</summary>
    [Id(8)]
    public SignedUnit? Answer { get; init; }

    /// <summary>True when everything in the batch is now durable, or was already.</summary>
    public bool Accepted => Refusal == UnitRefusal.None;
}
