namespace Tachyon.Protocol.Evidence;

/// <summary>A consumer's counts, as stored with every record.</summary>
/// <param name="OwnCountBytes">Payload bytes counted, both directions, all sessions; not rounded.</param>
/// <param name="AllowanceConcededBytes">Lost bytes conceded out of the allowances of checkpoints. Only grows.</param>
/// <param name="AheadConcededBytes">Lost bytes conceded out of the one checkpoint of sign-ahead.</param>
/// <param name="AllowanceCheckpoint">The checkpoint of the own count whose allowance is in use.</param>
/// <param name="AllowanceUsedBytes">How much of that allowance is used.</param>
public readonly record struct ConsumerCounts(
    ulong OwnCountBytes,
    ulong AllowanceConcededBytes,
    ulong AheadConcededBytes,
    ulong AllowanceCheckpoint,
    ulong AllowanceUsedBytes);

/// <summary>A provider's counts, as stored with every record.</summary>
/// <param name="OwnCountBytes">Payload bytes counted, both directions, all sessions; not rounded.</param>
/// <param name="WrittenOffBytes">Missing bytes taken as lost.</param>
/// <param name="AllowanceCheckpoint">The checkpoint of the newest consumer unit, whose allowance is in use.</param>
/// <param name="AllowanceUsedBytes">How much of that allowance is used.</param>
/// <param name="LowestMissingBytes">The least that was missing right after any unit of that checkpoint.</param>
public readonly record struct ProviderCounts(
    ulong OwnCountBytes,
    ulong WrittenOffBytes,
    ulong AllowanceCheckpoint,
    ulong AllowanceUsedBytes,
    ulong LowestMissingBytes);

/// <summary>All that a consumer's ledger must not forget.</summary>
public sealed record ConsumerState(ChainState Chain, ConsumerCounts Counts)
{
    /// <summary>The state of a channel on which nothing was signed.</summary>
    public static ConsumerState New(ulong capacityBytes) => new(ChainState.New(capacityBytes), default);
}

/// <summary>All that a provider's ledger must not forget.</summary>
public sealed record ProviderState(ChainState Chain, ProviderCounts Counts)
{
    /// <summary>The state of a channel on which nothing was signed.</summary>
    public static ProviderState New(ulong capacityBytes) => new(ChainState.New(capacityBytes), default);
}
