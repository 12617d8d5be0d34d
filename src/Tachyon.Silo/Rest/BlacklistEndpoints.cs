using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Grains;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Rest;

/// <summary>The nodes that this operator serves no more.</summary>
/// <param name="Nodes">In the order in which they were put on the list.</param>
internal sealed record BlacklistDocument(IReadOnlyList<BlacklistedDocument> Nodes)
{
    public static BlacklistDocument Of(IEnumerable<BlacklistedNode> nodes) =>
        new([.. nodes.Select(listed => new BlacklistedDocument(listed.Node.ToString(), listed.SinceMs))]);
}

/// <summary>A node on the operator's blacklist.</summary>
/// <param name="Node">Its address.</param>
/// <param name="SinceMs">Since when, Unix milliseconds.</param>
internal sealed record BlacklistedDocument(string Node, ulong SinceMs);

/// <summary>Whether a node is to be on the list.</summary>
/// <param name="Listed">True to put it on the list, false to take it off.</param>
internal sealed record ListingDocument(bool Listed);

/// <summary>The operator's own blacklist: whom its silos neither match nor relay confirms for.</summary>
internal static class BlacklistEndpoints
{
    public static void MapBlacklist(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/blacklist", async (IGrainFactory grains) => BlacklistDocument.Of(await grains.OperatorBlacklist().List()))
            .WithName("getBlacklist").WithSummary("The nodes that this operator serves no more; statements of parties are under /v1/statements");

    public static void MapBlacklistActions(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/blacklist/{address}", SetAsync).WithName("setBlacklisted")
            .WithSummary("Puts a node on this operator's blacklist or takes it off; holds on all silos within two seconds")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);

    public static async Task<Results<Ok<BlacklistDocument>, ProblemHttpResult>> SetAsync(string address, ListingDocument listing, IGrainFactory grains)
    {
        if (!Address.TryParse(address, out var node))
        {
            return Problems.Malformed("address", address, "an address");
        }

        return await grains.OperatorBlacklist().Set(node, listing.Listed)
            ? TypedResults.Ok(BlacklistDocument.Of(await grains.OperatorBlacklist().List()))
            : Problems.Conflict($"The list holds {BlacklistedNode.MaxListed} nodes, which is all that it can.");
    }
}
