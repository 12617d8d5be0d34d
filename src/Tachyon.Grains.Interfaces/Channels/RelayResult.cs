namespace Tachyon.Grains;

/// <summary>What became of a request to relay something signed.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.RelayResult")]
public sealed record RelayResult
{
    /// <summary>Why it was not relayed, or <see cref="RelayRefusal.None"/>.</summary>
    [Id(0)]
    public required RelayRefusal Refusal { get; init; }

    /// <summary>The outbox operation that carries it out; null when refused.</summary>
    [Id(1)]
    public string? OperationId { get; init; }

    /// <summary>True when the outbox holds it durably.</summary>
    public bool Accepted => Refusal == RelayRefusal.None;

    /// <summary>Handed to the outbox under the given operation.</summary>
    public static RelayResult Relayed(string operationId) => new() { Refusal = RelayRefusal.None, OperationId = operationId };

    /// <summary>Refused.</summary>
    public static RelayResult Refused(RelayRefusal refusal) => new() { Refusal = refusal };
}
