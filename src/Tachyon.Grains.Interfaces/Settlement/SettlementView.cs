namespace Tachyon.Grains;

/// <summary>The outbox of one account.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SettlementView")]
public sealed record SettlementView
{
    /// <summary>The nonce that the next operation will take; null before the chain was first asked.</summary>
    [Id(0)]
    public ulong? NextNonce { get; init; }

    /// <summary>The operations that have not ended, in order, then the newest that have.</summary>
    [Id(1)]
    public required IntentView[] Intents { get; init; }

    /// <summary>The last fault, of the chain or of its endpoint; null when the last round went well.</summary>
    [Id(2)]
    public string? LastError { get; init; }
}
