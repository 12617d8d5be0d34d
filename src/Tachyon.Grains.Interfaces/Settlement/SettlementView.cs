namespace Tachyon.Grains;

/// <summary>The outbox of one account.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SettlementView")]
public sealed record SettlementView
{
    /// <summary>The most operations shown of those in flight, of those queued, and of those ended.</summary>
    public const int MaxOfEach = 256;

    /// <summary>The nonce that the next operation will take; null before the chain was first asked.</summary>
    [Id(0)]
    public ulong? NextNonce { get; init; }

    /// <summary>Those in flight by nonce, then those queued in order, then the newest that have ended; each part has a limit.</summary>
    [Id(1)]
    public required IntentView[] Intents { get; init; }

    /// <summary>The last fault, of the chain or of its endpoint, or what an operation waits for; null when all is well.</summary>
    [Id(2)]
    public string? LastError { get; init; }

    /// <summary>How many operations have not ended.</summary>
    [Id(3)]
    public int Open { get; init; }

    /// <summary>How many of those have a nonce.</summary>
    [Id(4)]
    public int InFlight { get; init; }

    /// <summary>Since when the chain does not answer, Unix milliseconds; null when it does.</summary>
    [Id(5)]
    public ulong? ChainDownSinceMs { get; init; }
}
