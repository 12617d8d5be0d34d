namespace Tachyon.Grains.Settlement;

/// <summary>One operation in an outbox. Immutable.</summary>
/// <remarks>All attempts of an entry share its nonce, so that at most one of them can ever be mined.</remarks>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxEntry")]
internal sealed record OutboxEntry
{
    /// <summary>The most transactions with a nonce that was given up that are still looked for.</summary>
    private const int MaxEarlier = 8;

    [Id(0)]
    public required SettlementIntent Intent { get; init; }

    [Id(1)]
    public required IntentState State { get; init; }

    /// <summary>Null while queued.</summary>
    [Id(2)]
    public ulong? Nonce { get; init; }

    /// <summary>The signed transactions, oldest first, each with higher fees than the one before.</summary>
    [Id(3)]
    public OutboxAttempt[] Attempts { get; init; } = [];

    /// <summary>Null until one of the attempts is mined.</summary>
    [Id(4)]
    public OutboxReceipt? Receipt { get; init; }

    [Id(5)]
    public ContractRefusal? Refusal { get; init; }

    /// <summary>Not tried before this time, Unix milliseconds: it is too early for the contract, or the endpoint did not take it.</summary>
    [Id(6)]
    public ulong NotBeforeMs { get; init; }

    /// <summary>Its place in the queue; lower ones came earlier.</summary>
    [Id(7)]
    public long Sequence { get; init; }

    /// <summary>Unix milliseconds.</summary>
    [Id(8)]
    public ulong EnqueuedAtMs { get; init; }

    /// <summary>Unix milliseconds; 0 while open.</summary>
    [Id(9)]
    public ulong EndedAtMs { get; init; }

    /// <summary>Transactions of nonces that were given up, the newest last. One of them may have had the effect after all.</summary>
    [Id(10)]
    public Bytes32[] Earlier { get; init; } = [];

    /// <summary>How many times the endpoint did not take its transaction, so that its nonce was filled.</summary>
    [Id(11)]
    public int Fillings { get; init; }

    /// <summary>Ids of the further operations that its transaction carries out in one batch.</summary>
    [Id(12)]
    public string[] Members { get; init; } = [];

    /// <summary>True when a batch left it out, so that it is tried alone.</summary>
    [Id(13)]
    public bool Alone { get; init; }

    internal string Id => Intent.OperationId;

    internal bool HasEnded => State is IntentState.Succeeded or IntentState.Refused;

    /// <summary>Signed and not known to be final.</summary>
    internal bool IsInFlight => State is IntentState.Signed or IntentState.Sent or IntentState.Mined;

    /// <summary>In flight and in no block.</summary>
    internal bool IsUnmined => State is IntentState.Signed or IntentState.Sent;

    internal OutboxAttempt Newest => Attempts[^1];

    internal static OutboxEntry Queued(SettlementIntent intent, long sequence, ulong nowMs) =>
        new() { Intent = intent, State = IntentState.Queued, Sequence = sequence, EnqueuedAtMs = nowMs };

    /// <summary>With another attempt, which is not sent yet.</summary>
    internal OutboxEntry Signed(ulong nonce, OutboxAttempt attempt) => this with
    {
        State = IntentState.Signed,
        Nonce = nonce,
        Attempts = [.. Attempts.Select(earlier => earlier.WithoutBytes()), attempt],
        Receipt = null,
    };

    /// <summary>Without its nonce, to be signed anew with another.</summary>
    internal OutboxEntry QueuedAgain(ulong notBeforeMs = 0) => this with
    {
        State = IntentState.Queued,
        Nonce = null,
        Attempts = [],
        Receipt = null,
        NotBeforeMs = notBeforeMs,
        Members = [],
        Earlier = [.. Earlier.Concat(Attempts.Where(attempt => !attempt.IsFiller).Select(attempt => attempt.Hash)).TakeLast(MaxEarlier)],
    };

    internal OutboxEntry Ended(ulong nowMs, OutboxReceipt? receipt, ContractRefusal? refusal) => this with
    {
        State = refusal is null ? IntentState.Succeeded : IntentState.Refused,
        Receipt = receipt,
        Refusal = refusal,
        EndedAtMs = nowMs,
    };
}
