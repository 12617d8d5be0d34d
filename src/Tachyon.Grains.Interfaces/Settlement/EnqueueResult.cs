namespace Tachyon.Grains;

/// <summary>What became of an operation handed to the outbox.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.EnqueueResult")]
public sealed record EnqueueResult
{
    /// <summary>The operation's state, durable; null when the outbox took nothing because it is full.</summary>
    [Id(0)]
    public IntentView? Intent { get; init; }

    /// <summary>True when the operation is durable in the outbox.</summary>
    public bool Accepted => Intent is not null;
}
