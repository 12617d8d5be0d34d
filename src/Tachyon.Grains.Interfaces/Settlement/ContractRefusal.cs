namespace Tachyon.Grains;

/// <summary>Why an operation ended without an effect.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ContractRefusal")]
public sealed record ContractRefusal
{
    /// <summary>The name of the contract's error, such as "SlotsFull"; of the outbox's own, such as "Expired".</summary>
    [Id(0)]
    public required string Error { get; init; }

    /// <summary>The offending values, for people to read; empty when there are none.</summary>
    [Id(1)]
    public string Detail { get; init; } = "";
}
