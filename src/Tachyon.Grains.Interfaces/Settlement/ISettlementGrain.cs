using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>
/// The outbox of one signing account. It alone owns the account's nonces: every operation handed to it has exactly
/// one effect on chain, across crashes, lost sends and re-organisations.
/// </summary>
/// <remarks>No call waits for the chain. Progress is read from the views, or told to the channel of the operation.</remarks>
[Alias("tachyon.ISettlementGrain")]
public interface ISettlementGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes an operation durable and sees that it is carried out. A known operation id changes nothing and answers
    /// with its present state.
    /// </summary>
    [AlwaysInterleave]
    [Alias("Enqueue")]
    Task<EnqueueResult> Enqueue(SettlementIntent intent);

    /// <summary>One operation; null when unknown, or ended so long ago that it was forgotten.</summary>
    [AlwaysInterleave]
    [Alias("Find")]
    Task<IntentView?> Find(string operationId);

    /// <summary>
    /// The operator's wish that an operation be tried now: one that waits waits no longer, one whose transaction is not mined
    /// pays present fees within the limits, one that was refused is tried again. One that had its effect stays as it is.
    /// </summary>
    /// <returns>The operation as it is now; null when unknown.</returns>
    [AlwaysInterleave]
    [Alias("Retry")]
    Task<IntentView?> Retry(string operationId);

    /// <summary>The operations that have not ended, and the newest that have.</summary>
    [AlwaysInterleave]
    [Alias("View")]
    Task<SettlementView> View();

    /// <summary>Sees to it that the outbox works; returns at once. Each silo calls it now and then.</summary>
    [AlwaysInterleave]
    [Alias("EnsureRunning")]
    Task EnsureRunning();
}
