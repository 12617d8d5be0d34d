using Tachyon.Grains;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Rest;

/// <summary>An operation of the outbox and its transaction. Fees are in wei, in decimal digits; times are Unix milliseconds.</summary>
internal sealed record OperationDocument(
    string OperationId,
    string Kind,
    string ChannelId,
    string State,
    string? Waits,
    ulong EnqueuedAtMs,
    ulong? SignedAtMs,
    ulong? EndedAtMs,
    ulong? Nonce,
    string? TransactionHash,
    int Attempts,
    int BatchSize,
    string? MaxFeePerGasWei,
    string? MaxPriorityFeePerGasWei,
    ulong? GasLimit,
    ulong? BlockNumber,
    ulong? GasUsed,
    string? GasPriceWei,
    string? FeeWei,
    string? Refusal)
{
    public static OperationDocument Of(IntentView intent) => new(
        intent.OperationId,
        intent.Kind.ToString(),
        intent.ChannelId.ToString(),
        intent.State.ToString().ToLowerInvariant(),
        intent.Waits,
        intent.EnqueuedAtMs,
        intent.SignedAtMs,
        intent.EndedAtMs,
        intent.Nonce,
        intent.TransactionHash?.ToString(),
        intent.Attempts,
        intent.BatchSize,
        intent.MaxFeePerGasWei?.ToString(),
        intent.MaxPriorityFeePerGasWei?.ToString(),
        intent.GasLimit,
        intent.BlockNumber,
        intent.GasUsed,
        intent.GasPriceWei?.ToString(),
        intent is { GasUsed: { } gas, GasPriceWei: { } price } ? (gas * price).ToString() : null,
        intent.Refusal is { } refusal ? $"{refusal.Error} {refusal.Detail}".TrimEnd() : null);
}

/// <summary>Operations that are on their way.</summary>
internal sealed record OperationsDocument(IReadOnlyList<OperationDocument> Operations);

/// <summary>The outbox of this operator's account.</summary>
/// <param name="Account">Who signs and pays.</param>
/// <param name="NextNonce">The nonce that the next transaction takes; null before the chain was first asked.</param>
/// <param name="Open">Operations that have not ended.</param>
/// <param name="InFlight">Those of them that have a nonce.</param>
/// <param name="LastError">What is wrong now; null when all is well.</param>
/// <param name="ChainDownSinceMs">Since when the chain does not answer; null when it does.</param>
/// <param name="Operations">Those in flight, those queued, and the newest that ended; of each a limited number.</param>
internal sealed record OutboxDocument(
    string Account, ulong? NextNonce, int Open, int InFlight, string? LastError, ulong? ChainDownSinceMs, IReadOnlyList<OperationDocument> Operations)
{
    public static OutboxDocument Of(Address account, SettlementView view) => new(
        account.ToString(), view.NextNonce, view.Open, view.InFlight, view.LastError, view.ChainDownSinceMs, [.. view.Intents.Select(OperationDocument.Of)]);
}

/// <summary>How far the chain feed is.</summary>
/// <param name="CursorBlock">All logs up to this block have reached their channels.</param>
/// <param name="FinalBlock">The newest block that counts; 0 before the chain first answered.</param>
/// <param name="BlocksBehind">How many the cursor is behind it.</param>
/// <param name="AnsweredAtMs">When the chain last answered; 0 for never.</param>
/// <param name="Reorganisations">How many were undone since the feed was activated.</param>
/// <param name="LastError">What is wrong now; null when all is well.</param>
/// <param name="Halted">Why nothing is told to any channel until a person sees to it; null when that is not so.</param>
/// <param name="ChainDownSinceMs">Since when the chain does not answer; null when it does.</param>
/// <param name="ParkedCount">How many channels could not be told what the chain shows, and are tried again.</param>
/// <param name="Parked">The first of them.</param>
internal sealed record FeedDocument(
    ulong CursorBlock,
    ulong FinalBlock,
    ulong BlocksBehind,
    ulong AnsweredAtMs,
    int Reorganisations,
    string? LastError,
    string? Halted,
    ulong? ChainDownSinceMs,
    int ParkedCount,
    IReadOnlyList<ParkedChannelDocument> Parked)
{
    public static FeedDocument Of(ChainFeedStatus status) => new(
        status.CursorBlock,
        status.FinalBlock,
        status.FinalBlock > status.CursorBlock ? status.FinalBlock - status.CursorBlock : 0,
        status.AnsweredAtMs,
        status.Reorganisations,
        status.LastError,
        status.Halted,
        status.ChainDownSinceMs,
        status.ParkedCount,
        [.. status.Parked.Select(parked => new ParkedChannelDocument(
            parked.ChannelId.ToString(), parked.SinceMs, parked.Attempts, parked.NextTryMs, parked.Error))]);
}

/// <summary>A channel that could not be told what the chain shows. Times are Unix milliseconds.</summary>
internal sealed record ParkedChannelDocument(string ChannelId, ulong SinceMs, int Attempts, ulong NextTryMs, string Error);

/// <summary>The deadlines that the silo watches.</summary>
/// <param name="Channels">Channels that wait for one.</param>
/// <param name="Shards">The shards over which they are spread.</param>
/// <param name="NextAtSeconds">When the nearest is, Unix seconds; null when there is none.</param>
internal sealed record DeadlinesDocument(int Channels, int Shards, ulong? NextAtSeconds);
