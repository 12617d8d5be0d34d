using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Rest;

/// <summary>
/// What the operator does as a proxy. It alone knows which consumer a route belongs to, so all of this is shown to whoever has
/// the operator key and to nobody else.
/// </summary>
internal static class RouteEndpoints
{
    private const int DefaultListed = 100;
    private const int MaxListed = 500;
    private const int ReadAtOnce = 32;

    public static void MapRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/pools", ListPoolsAsync).WithName("listPools").WithSummary("The proxy's channels to exits");
        routes.MapGet("/v1/pools/{exit}/routes", ListRoutesAsync).WithName("listRoutes")
            .WithSummary("The routes to an exit, a page at a time: what comes in, what goes out, what is kept")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/v1/routes/{lockId}", FindRouteAsync).WithName("getRoute").WithSummary("The route of a lock")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<PoolListDocument> ListPoolsAsync(IGrainFactory grains, IAccountSigner account)
    {
        var pools = new List<PoolDocument>();
        foreach (var exits in (await grains.PoolIndex(account.Address).List()).Chunk(ReadAtOnce))
        {
            pools.AddRange((await Task.WhenAll(exits.Select(exit => grains.Pool(exit).View()))).Select(PoolDocument.Of));
        }

        return new PoolListDocument(pools);
    }

    private static async Task<Results<Ok<RouteListDocument>, ProblemHttpResult>> ListRoutesAsync(
        string exit, IGrainFactory grains, string? cursor, int? count)
    {
        if (!Address.TryParse(exit, out var address))
        {
            return Problems.Malformed("exit", exit, "an address");
        }

        ChannelId? after = null;
        if (cursor is not null)
        {
            if (!ChannelId.TryParse(cursor, out var parsed))
            {
                return Problems.Malformed("cursor", cursor, "what the page before gave as next");
            }

            after = parsed;
        }

        if (count is < 1 or > MaxListed)
        {
            return Problems.Malformed("count", count.ToString(), $"1 to {MaxListed}");
        }

        var wanted = count ?? DefaultListed;
        var locks = await grains.Pool(address).Locks(after, wanted);
        var found = new List<RouteDocument>(locks.Length);
        foreach (var some in locks.Chunk(ReadAtOnce))
        {
            found.AddRange((await Task.WhenAll(some.Select(lockId => grains.Proxy(lockId).View()))).OfType<RouteView>().Select(RouteDocument.Of));
        }

        return TypedResults.Ok(new RouteListDocument(found, locks.Length == wanted ? locks[^1].ToString() : null));
    }

    private static async Task<Results<Ok<RouteDocument>, ProblemHttpResult>> FindRouteAsync(string lockId, IGrainFactory grains)
    {
        if (!ChannelId.TryParse(lockId, out var id))
        {
            return Problems.MalformedChannelId(lockId);
        }

        return await grains.Proxy(id).View() is { } view
            ? TypedResults.Ok(RouteDocument.Of(view))
            : Problems.NotFound($"This operator has no route on a lock {id}.");
    }
}
