using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Chain;
using Tachyon.Grains;

namespace Tachyon.Silo.Rest;

/// <summary>The work on chain: the outbox, the chain feed, the deadlines.</summary>
internal static class SettlementEndpoints
{
    private const string UnknownOperation = "The outbox knows no such operation, or has forgotten it since it ended.";

    public static void MapSettlement(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/settlement", ShowOutboxAsync).WithName("getOutbox").WithSummary("The outbox: operations, their states, fees and ages");
        routes.MapGet("/v1/settlement/{operationId}", FindAsync).WithName("getOperation").WithSummary("One operation of the outbox")
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/feed", ShowFeedAsync).WithName("getFeed").WithSummary("How far the chain feed is");
        routes.MapGet("/v1/deadlines", ShowDeadlinesAsync).WithName("getDeadlines").WithSummary("How many channels wait for a deadline, and when the nearest is");
    }

    public static void MapSettlementActions(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/settlement/{operationId}/retry", RetryAsync).WithName("retryOperation")
            .WithSummary("Tries an operation now: one that waits, one whose transaction is not mined (with present fees), one that was refused")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    public static async Task<Results<Accepted<OperationDocument>, ProblemHttpResult>> RetryAsync(
        string operationId, IGrainFactory grains, IAccountSigner account) => await grains.Settlement(account.Address).Retry(operationId) switch
    {
        null => Problems.NotFound(UnknownOperation),
        { State: IntentState.Succeeded } => Problems.Conflict("The operation has had its effect; there is nothing to try again."),
        { } operation => TypedResults.Accepted($"/v1/settlement/{Uri.EscapeDataString(operationId)}", OperationDocument.Of(operation)),
    };

    private static async Task<OutboxDocument> ShowOutboxAsync(IGrainFactory grains, IAccountSigner account) =>
        OutboxDocument.Of(account.Address, await grains.Settlement(account.Address).View());

    private static async Task<Results<Ok<OperationDocument>, ProblemHttpResult>> FindAsync(
        string operationId, IGrainFactory grains, IAccountSigner account) =>
        await grains.Settlement(account.Address).Find(operationId) is { } found
            ? TypedResults.Ok(OperationDocument.Of(found))
            : Problems.NotFound(UnknownOperation);

    private static async Task<FeedDocument> ShowFeedAsync(IGrainFactory grains, ISettlementChain chain) =>
        FeedDocument.Of(await grains.ChainFeed(chain.Deployment.PaymentChannels).Status());

    private static async Task<DeadlinesDocument> ShowDeadlinesAsync(IGrainFactory grains)
    {
        IDeadlineGrain[] shards = [.. Enumerable.Range(0, DeadlineShards.Count).Select(shard => grains.GetGrain<IDeadlineGrain>(shard))];
        var watched = await Task.WhenAll(shards.Select(shard => shard.Count()));
        var next = await Task.WhenAll(shards.Select(shard => shard.Next()));
        return new DeadlinesDocument(watched.Sum(), shards.Length, next.Min());
    }
}
