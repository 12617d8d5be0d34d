using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>Operations that go in one transaction, the first of which keeps it; mostly one alone.</summary>
internal sealed record OutboxBatch(IReadOnlyList<OutboxEntry> Entries, ChainCall Call);

/// <summary>Puts claims together, and settlements: a batch costs about a third of the gas. Pure.</summary>
internal static class OutboxBatches
{
    /// <summary>The transactions for operations that are all of different channels; each appears in one.</summary>
    internal static IEnumerable<OutboxBatch> Of(IReadOnlyList<OutboxEntry> entries, int maxBatch)
    {
        IEnumerable<OutboxBatch> alone = entries.Where(entry => KeyOf(entry) == IntentKind.None).Select(entry => Make([entry]));
        IEnumerable<OutboxBatch> together = entries
            .Where(entry => KeyOf(entry) != IntentKind.None)
            .GroupBy(KeyOf)

            // The contract pays once per provider in a batch, so those of one provider go together.
            .SelectMany(group => group.OrderBy(entry => entry.Intent.Terms.Provider).Chunk(maxBatch))
            .Select(Make);
        return alone.Concat(together);
    }

    /// <summary>How many transactions they make.</summary>
    internal static int CountTransactions(IEnumerable<OutboxEntry> entries, int maxBatch) => entries
        .GroupBy(KeyOf)
        .Sum(group => group.Key == IntentKind.None ? group.Count() : (group.Count() + maxBatch - 1) / maxBatch);

    private static IntentKind KeyOf(OutboxEntry entry) =>
        !entry.Alone && entry.Intent.Kind is (IntentKind.Claim or IntentKind.Settle) ? entry.Intent.Kind : IntentKind.None;

    /// <summary>The call that carries them all out.</summary>
    internal static ChainCall CallOf(IReadOnlyList<OutboxEntry> entries) => entries switch
    {
        [var one] => IntentCall.Of(one.Intent),
        [{ Intent.Kind: IntentKind.Claim }, ..] => new ChainCall.ClaimMany([.. entries.Select(entry => (ChainCall.Claim)IntentCall.Of(entry.Intent))]),
        _ => new ChainCall.SettleMany([.. entries.Select(entry => entry.Intent.Terms)]),
    };

    private static OutboxBatch Make(OutboxEntry[] entries) => new(entries, CallOf(entries));
}
