namespace Tachyon.Grains.Settlement;

/// <summary>
/// What an outbox stores: the operations and the account's nonce in one record, so that a nonce is never taken without
/// its transaction being kept. Immutable.
/// </summary>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxRecord")]
internal sealed record OutboxRecord
{
    /// <summary>The most ended operations that are kept, so that a repeated request still finds its answer.</summary>
    internal const int MaxEnded = 256;

    /// <summary>The nonce that the next operation takes; null until the chain was asked for the first time.</summary>
    [Id(0)]
    public ulong? NextNonce { get; init; }

    /// <summary>Operations that have not ended, in the order in which they came.</summary>
    [Id(1)]
    public OutboxEntry[] Open { get; init; } = [];

    /// <summary>The newest that have, oldest first.</summary>
    [Id(2)]
    public OutboxEntry[] Ended { get; init; } = [];

    /// <summary>The operation, open or ended; null when unknown.</summary>
    internal OutboxEntry? Find(string operationId) =>
        Open.FirstOrDefault(entry => entry.Intent.OperationId == operationId)
        ?? Ended.LastOrDefault(entry => entry.Intent.OperationId == operationId);

    /// <summary>The record with another operation at the end.</summary>
    internal OutboxRecord Append(OutboxEntry entry) => this with { Open = [.. Open, entry] };

    /// <summary>The record with newer versions of some operations; those that have ended, or no longer have, change lists.</summary>
    internal OutboxRecord With(IReadOnlyCollection<OutboxEntry> changed)
    {
        if (changed.Count == 0)
        {
            return this;
        }

        Dictionary<string, OutboxEntry> byId = changed.ToDictionary(entry => entry.Intent.OperationId);
        OutboxEntry[] all = [.. Ended.Concat(Open).Select(entry => byId.GetValueOrDefault(entry.Intent.OperationId, entry))];
        OutboxEntry[] ended = [.. all.Where(entry => entry.HasEnded)];
        return this with
        {
            Open = [.. all.Where(entry => !entry.HasEnded)],
            Ended = ended.Length > MaxEnded ? ended[^MaxEnded..] : ended,
        };
    }
}
