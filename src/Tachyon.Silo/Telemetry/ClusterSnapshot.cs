using Tachyon.Grains;

namespace Tachyon.Silo.Telemetry;

/// <summary>How things stand in the whole cluster.</summary>
/// <param name="AtMs">When it was asked, Unix milliseconds.</param>
/// <param name="Outbox">The outbox.</param>
/// <param name="Feed">The chain feed.</param>
/// <param name="Deadlines">How many channels wait for a deadline.</param>
/// <param name="NextSeconds">When the nearest is, Unix seconds; null for none.</param>
/// <param name="Providers">Live providers that take channels.</param>
/// <param name="Slots">Channels that those offer to hold at once.</param>
/// <param name="SlotsTaken">How many of those are taken or promised.</param>
/// <param name="Census">All channels together; null while they are being counted for the first time.</param>
internal sealed record ClusterSnapshot(
    ulong AtMs, SettlementView Outbox, ChainFeedStatus Feed, int Deadlines, ulong? NextSeconds, int Providers, int Slots, int SlotsTaken, CensusView? Census)
{
    /// <summary>Age of the oldest operation that has not ended, in seconds.</summary>
    public long OldestSeconds => Outbox.Intents.Where(IsOpen)
        .Select(intent => AtMs > intent.EnqueuedAtMs ? (long)(AtMs - intent.EnqueuedAtMs) / 1_000 : 0).DefaultIfEmpty().Max();

    /// <summary>Final blocks that the feed has not worked through.</summary>
    public long BlocksBehind => Feed.FinalBlock > Feed.CursorBlock ? (long)(Feed.FinalBlock - Feed.CursorBlock) : 0;

    public static bool IsOpen(IntentView intent) => intent.State is not (IntentState.Succeeded or IntentState.Refused);
}
