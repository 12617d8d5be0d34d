using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Gateway;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>GET under /v1: channels, providers, matches and the outbox, for operators and tools. Nothing here changes anything.</summary>
internal static class RestEndpoints
{
    private const int DefaultCount = 5;

    public static void MapRest(this IEndpointRouteBuilder app, GatewayOptions options)
    {
        var routes = app.MapGroup("");
        if (options.OperatorUrls.Length > 0)
        {
            // By the port that was connected to: the host that a request names is the caller's to choose.
            int[] ports = [.. options.OperatorUrls.Select(url => BindingAddress.Parse(url).Port)];
            routes.AddEndpointFilter(async (context, next) =>
                ports.Contains(context.HttpContext.Connection.LocalPort) ? await next(context) : TypedResults.NotFound());
        }

        routes.AddEndpointFilter<IEndpointConventionBuilder, RestLimit>();
        routes.MapOpenApi("/v1/openapi.json");
        routes.MapGet("/v1/channels/{id}", FindChannelAsync).WithSummary("A channel as this silo holds it durably");
        routes.MapGet("/v1/providers/{address}", FindProviderAsync).WithSummary("A provider: its offer, slots and liveness");
        routes.MapGet("/v1/match", MatchAsync).WithSummary("The providers closest to a consumer");
        routes.MapGet("/v1/settlement", ShowOutboxAsync).WithSummary("The outbox: transactions, their states and gas");
    }

    private static async Task<Results<Ok<ChannelDocument>, ProblemHttpResult>> FindChannelAsync(string id, IGrainFactory grains)
    {
        if (!ChannelId.TryParse(id, out var channelId))
        {
            return Malformed("id", id, "0x and 64 hexadecimal digits");
        }

        return await grains.Channel(channelId).View() is { } view
            ? TypedResults.Ok(ChannelDocument.Of(view))
            : TypedResults.Problem($"The chain has shown no channel {channelId} to this silo.", statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<ProviderDocument>, ProblemHttpResult>> FindProviderAsync(string address, IGrainFactory grains)
    {
        if (!Address.TryParse(address, out var provider))
        {
            return Malformed("address", address, "an address");
        }

        var view = await grains.Provider(provider).View();
        return view.Offer is null && view.ActiveChannels.Length == 0 && view.ReservedChannels.Length == 0
            ? TypedResults.Problem($"{provider} has announced nothing to this silo.", statusCode: StatusCodes.Status404NotFound)
            : TypedResults.Ok(ProviderDocument.Of(view));
    }

    private static async Task<Results<Ok<MatchDocument>, ProblemHttpResult>> MatchAsync(
        string consumer, MatchRequests matches, int? count, ulong? capacityBytes, string? maxPricePerMB, uint? tolerancePpm)
    {
        if (!Address.TryParse(consumer, out var node))
        {
            return Malformed("consumer", consumer, "an address");
        }

        var maxPrice = TokenAmount.MaxPrice;
        if (maxPricePerMB is not null && !TokenAmount.TryParse(maxPricePerMB, out maxPrice))
        {
            return Malformed("maxPricePerMB", maxPricePerMB, "base units in decimal digits");
        }

        if (count is < 1 or > GatewayLimits.MaxOffers)
        {
            return Malformed("count", $"{count}", $"1 to {GatewayLimits.MaxOffers}");
        }

        if (tolerancePpm > ProtocolConstants.MaxTolerancePpm)
        {
            return Malformed("tolerancePpm", $"{tolerancePpm}", $"0 to {ProtocolConstants.MaxTolerancePpm}");
        }

        var result = await matches.MatchAsync(node, count ?? DefaultCount, new MatchLimits(capacityBytes ?? 0, maxPrice, tolerancePpm ?? 0));
        return TypedResults.Ok(new MatchDocument(node.ToString(), result.EpochSeed?.ToString(), [.. result.Offers.Select(MatchedDocument.Of)]));
    }

    private static async Task<OutboxDocument> ShowOutboxAsync(IGrainFactory grains, IAccountSigner account)
    {
        var view = await grains.Settlement(account.Address).View();
        return new OutboxDocument(
            account.Address.ToString(), view.NextNonce, view.LastError, [.. view.Intents.Select(OperationDocument.Of)]);
    }

    private static ProblemHttpResult Malformed(string name, string value, string expected) =>
        TypedResults.Problem($"{name} is '{value}'; it must be {expected}.", statusCode: StatusCodes.Status400BadRequest);
}
