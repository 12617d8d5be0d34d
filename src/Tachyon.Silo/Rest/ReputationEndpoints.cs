using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Grains;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Rest;

/// <summary>Reputation: what is stated about a node and by it, and all admitted statements in their order.</summary>
internal static class ReputationEndpoints
{
    public static void MapReputation(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reputation/{address}", FindAsync).WithName("getReputation")
            .WithSummary("What is stated about a node and by it, with links to the channels and their evidence")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/v1/statements", ListAsync).WithName("listStatements")
            .WithSummary("All admitted statements and revocations in their order, a page after a sequence");
    }

    private static async Task<Results<Ok<ReputationDocument>, ProblemHttpResult>> FindAsync(string address, IGrainFactory grains) =>
        Address.TryParse(address, out var node)
            ? TypedResults.Ok(ReputationDocument.Of(await grains.Reputation(node).View()))
            : Problems.Malformed("address", address, "an address");

    private static async Task<Ok<StatementLogDocument>> ListAsync(IGrainFactory grains, ulong? after) =>
        TypedResults.Ok(StatementLogDocument.Of(await grains.StatementLog().Read(after ?? 0)));
}
