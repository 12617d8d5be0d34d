using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Grains;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Gateway;

namespace Tachyon.Silo.Rest;

/// <summary>Providers: those that are live, each of them, and whom a consumer would be matched with.</summary>
internal static class ProviderEndpoints
{
    private const int DefaultCount = 5;
    private const int DefaultListed = 50;

    public static void MapProviders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/providers", ListAsync).WithName("listProviders")
            .WithSummary("Live providers, closest to an address first, and how many there are")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/v1/providers/{address}", FindAsync).WithName("getProvider").WithSummary("A provider: its offer, slots and liveness")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/match", MatchAsync).WithName("match").WithSummary("The providers closest to a consumer")
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    public static void MapProviderActions(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/providers/{address}/drain", DrainAsync).WithName("drainProvider")
            .WithSummary("Begins or ends a provider's draining: no new channels while it lasts, also across restarts")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    public static async Task<Results<Ok<ProviderDocument>, ProblemHttpResult>> DrainAsync(string address, DrainDocument drain, IGrainFactory grains)
    {
        if (!Address.TryParse(address, out var provider))
        {
            return Problems.Malformed("address", address, "an address");
        }

        var grain = grains.Provider(provider);
        if ((await grain.View()).Offer is null)
        {
            return Problems.NotFound($"{provider} has announced nothing to this silo.");
        }

        await grain.Drain(drain.Draining);
        return TypedResults.Ok(ProviderDocument.Of(await grain.View()));
    }

    private static async Task<Results<Ok<ProviderListDocument>, ProblemHttpResult>> ListAsync(IGrainFactory grains, string? near, int? count)
    {
        var target = default(Address);
        if (near is not null && !Address.TryParse(near, out target))
        {
            return Problems.Malformed("near", near, "an address");
        }

        if (count is < 1 or > DirectoryQuery.MaxCount)
        {
            return Problems.Malformed("count", $"{count}", $"1 to {DirectoryQuery.MaxCount}");
        }

        var live = await Task.WhenAll(Enumerable.Range(0, DirectoryShards.Count).Select(shard => grains.GetGrain<IDirectoryGrain>(shard).Count()));
        var found = await grains.FindClosestProviders(new DirectoryQuery { Target = target, Count = count ?? DefaultListed });
        return TypedResults.Ok(new ProviderListDocument(live.Sum(), [.. found.Select(entry => MatchedDocument.Of(WireMapping.OfferOf(entry)))]));
    }

    private static async Task<Results<Ok<ProviderDocument>, ProblemHttpResult>> FindAsync(string address, IGrainFactory grains)
    {
        if (!Address.TryParse(address, out var provider))
        {
            return Problems.Malformed("address", address, "an address");
        }

        var view = await grains.Provider(provider).View();
        return view.Offer is null && view.ActiveChannels.Length == 0 && view.ReservedChannels.Length == 0
            ? Problems.NotFound($"{provider} has announced nothing to this silo.")
            : TypedResults.Ok(ProviderDocument.Of(view));
    }

    private static async Task<Results<Ok<MatchDocument>, ProblemHttpResult>> MatchAsync(
        string consumer, MatchRequests matches, int? count, ulong? capacityBytes, string? maxPricePerMB, uint? tolerancePpm)
    {
        if (!Address.TryParse(consumer, out var node))
        {
            return Problems.Malformed("consumer", consumer, "an address");
        }

        var maxPrice = TokenAmount.MaxPrice;
        if (maxPricePerMB is not null && !TokenAmount.TryParse(maxPricePerMB, out maxPrice))
        {
            return Problems.Malformed("maxPricePerMB", maxPricePerMB, "base units in decimal digits");
        }

        if (count is < 1 or > GatewayLimits.MaxOffers)
        {
            return Problems.Malformed("count", $"{count}", $"1 to {GatewayLimits.MaxOffers}");
        }

        if (tolerancePpm > ProtocolConstants.MaxTolerancePpm)
        {
            return Problems.Malformed("tolerancePpm", $"{tolerancePpm}", $"0 to {ProtocolConstants.MaxTolerancePpm}");
        }

        var result = await matches.MatchAsync(node, count ?? DefaultCount, new MatchLimits(capacityBytes ?? 0, maxPrice, tolerancePpm ?? 0));
        return TypedResults.Ok(new MatchDocument(node.ToString(), result.EpochSeed?.ToString(), [.. result.Offers.Select(MatchedDocument.Of)]));
    }
}
