namespace Tachyon.Grains;

/// <summary>What became of a closure.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SubmitClosureResult")]
public sealed record SubmitClosureResult
{
    /// <summary>Why it was not taken, or <see cref="ClosureRefusal.None"/>.</summary>
    [Id(0)]
    public required ClosureRefusal Refusal { get; init; }

    /// <summary>The other side's closure, if it signed one, whatever its content.</summary>
    [Id(1)]
    public SignedClosure? Counterpart { get; init; }

    /// <summary>The outbox operation that closes the channel; null while the other signature is missing.</summary>
    [Id(2)]
    public string? OperationId { get; init; }

    /// <summary>True when the closure is durable here.</summary>
    public bool Accepted => Refusal == ClosureRefusal.None;
}
