namespace Tachyon.Grains;

/// <summary>Whether a slot is promised to a consumer that asked for an acceptance.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.AcceptanceResult")]
public sealed record AcceptanceResult
{
    /// <summary>Why it is not, or <see cref="RelayRefusal.None"/>.</summary>
    [Id(0)]
    public required RelayRefusal Refusal { get; init; }

    /// <summary>The last second, in Unix time, at which the acceptance will hold.</summary>
    [Id(1)]
    public ulong ExpirySeconds { get; init; }

    /// <summary>Refused.</summary>
    public static AcceptanceResult Refused(RelayRefusal refusal) => new() { Refusal = refusal };
}
