using Tachyon.Grains;
using Tachyon.Silo.Console.History;

namespace Tachyon.Silo.Rest;

/// <summary>What all channels did in the last hour, for charts.</summary>
/// <param name="PeriodMs">What one sample covers, in milliseconds.</param>
/// <param name="Samples">Oldest first.</param>
internal sealed record HistoryDocument(ulong PeriodMs, IReadOnlyList<HistorySampleDocument> Samples);

/// <summary>One sample.</summary>
/// <param name="EndMs">Where it ends, Unix milliseconds.</param>
/// <param name="Bytes">Bytes that consumers newly signed for; a share of a byte where reports and samples overlap.</param>
/// <param name="Tokens">What those are worth, in tokens: near enough for a chart.</param>
internal sealed record HistorySampleDocument(ulong EndMs, double Bytes, double Tokens);

/// <summary>GET /v1/history.</summary>
internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/history", (ActivityHistory history, ulong? after) => new HistoryDocument(
            ActivitySample.PeriodMs,
            [.. history.After(after ?? 0).Select(sample => new HistorySampleDocument(sample.EndMs, sample.Bytes, sample.Tokens))]))
        .WithName("getHistory").WithSummary("What all channels of the cluster did in the last hour, in samples; after: only those that end later, Unix milliseconds");
}
