namespace Tachyon.Grains.Settlement;

/// <summary>One operation in an outbox. Immutable.</summary>
/// <remarks>All attempts of an entry share its nonce, so that at most one of them can ever be mined.</remarks>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxEntry")]
internal sealed record OutboxEntry
{
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

    /// <summary>Not tried before this time, Unix milliseconds: the contract said that it is too early.</summary>
    [Id(6)]
    public ulong NotBeforeMs { get; init; }

    internal bool HasEnded => State is IntentState.Succeeded or IntentState.Refused;

    /// <summary>Signed and not known to be final.</summary>
    internal bool IsInFlight => State is IntentState.Signed or IntentState.Sent or IntentState.Mined;

    internal OutboxAttempt Newest => Attempts[^1];

    internal static OutboxEntry Queued(SettlementIntent intent) => new() { Intent = intent, State = IntentState.Queued };

    internal IntentView View() => new()
    {
        OperationId = Intent.OperationId,
        Kind = Intent.Kind,
        ChannelId = Intent.ChannelId,
        State = State,
        Nonce = Nonce,
        TransactionHash = Receipt?.TransactionHash ?? (Attempts.Length == 0 ? null : Newest.Hash),
        Attempts = Attempts.Length,
        BlockNumber = Receipt?.BlockNumber,
        GasUsed = Receipt?.GasUsed,
        GasPriceWei = Receipt?.GasPriceWei,
        Refusal = Refusal,
    };
}
