using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Grains.Channels;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>Channels: what is known of them, and what was signed.</summary>
internal static class ChannelEndpoints
{
    private const int DefaultListed = 100;
    private const int MaxListed = 1_000;
    private const int MaxCursorLength = 100;

    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/channels", ListAsync).WithName("listChannels")
            .WithSummary("All channels, a page at a time, in no particular order; a filtered page may be empty and have a next one")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/v1/channels/{id}", FindAsync).WithName("getChannel").WithSummary("A channel as this silo holds it durably")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/channels/{id}/evidence", ExportAsync).WithName("getEvidence")
            .WithSummary("What both sides signed, for tachyon-edge verify; that of a proxy's lock is for the operator alone")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    public static void MapChannelActions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/channels/{id}/claim", ClaimAsync).WithName("claim").WithSummary("Claims what the provider earned and was not paid, however little")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapPost("/v1/channels/{id}/close", CloseAsync).WithName("close")
            .WithSummary("Asks the provider's edge to close an active channel with the consumer; what comes of it shows in the channel")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapPost("/v1/channels/{id}/act", ActAsync).WithName("act")
            .WithSummary("Does on chain whatever the evidence allows now: cooperative close, challenge, settle, withdrawal")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<ChannelListDocument>, ProblemHttpResult>> ListAsync(
        IChannelList channels, Readers readers, RestLimit limit, HttpContext http, string? phase, string? party, string? cursor, int? count)
    {
        ChannelPhase? wantedPhase = null;
        if (phase is not null)
        {
            // By name alone: a number, or several names, would be parsed too.
            var named = Enum.GetValues<ChannelPhase>().FirstOrDefault(known => string.Equals(known.ToString(), phase, StringComparison.OrdinalIgnoreCase));
            if (named == ChannelPhase.None)
            {
                return Problems.Malformed("phase", phase, "one of " + string.Join(", ", Enum.GetNames<ChannelPhase>().Skip(1).Select(name => name.ToLowerInvariant())));
            }

            wantedPhase = named;
        }

        Address? wantedParty = null;
        if (party is not null)
        {
            if (!Address.TryParse(party, out var address))
            {
                return Problems.Malformed("party", party, "an address");
            }

            wantedParty = address;
        }

        if (count is < 1 or > MaxListed)
        {
            return Problems.Malformed("count", $"{count}", $"1 to {MaxListed}");
        }

        if (cursor is { Length: > MaxCursorLength })
        {
            return Problems.Malformed("cursor", null, "what the page before gave as next");
        }

        var page = await channels.ReadAsync(wantedPhase, wantedParty, cursor is { Length: > 0 } ? cursor : null, count ?? DefaultListed);
        limit.Charge(http, page.RecordsRead);
        return TypedResults.Ok(new ChannelListDocument([.. page.Channels.Select(view => ChannelDocument.Of(readers.Shown(http, view)))], page.Next));
    }

    public static Task<Results<Accepted<OperationsDocument>, ProblemHttpResult>> ClaimAsync(string id, IGrainFactory grains) =>
        OrderAsync(id, claim: true, grains, open => open.Kind == IntentKind.Claim, "Nothing is unpaid that a unit of the consumer proves, or the channel is not active.");

    public static Task<Results<Accepted<OperationsDocument>, ProblemHttpResult>> ActAsync(string id, IGrainFactory grains) =>
        OrderAsync(id, claim: false, grains, _ => true, "The evidence allows nothing on chain now that is not done already; refused operations are shown with the channel.");

    public static async Task<Results<Accepted<ChannelDocument>, ProblemHttpResult>> CloseAsync(string id, IGrainFactory grains)
    {
        if (!ChannelId.TryParse(id, out var channelId))
        {
            return Problems.MalformedChannelId(id);
        }

        if (await grains.Channel(channelId).View() is not { } view)
        {
            return Problems.UnknownChannel(channelId);
        }

        if (view.Phase != ChannelPhase.Active)
        {
            return Problems.Conflict("Only an active channel can be closed so; act does what else is due.");
        }

        return await grains.Provider(view.Terms.Provider).AskClose(channelId)
            ? TypedResults.Accepted($"/v1/channels/{channelId}", ChannelDocument.Of(view))
            : Problems.Conflict("The provider's edge is not connected to this operator's silos, and closing takes its signature.");
    }

    private static async Task<Results<Accepted<OperationsDocument>, ProblemHttpResult>> OrderAsync(
        string id, bool claim, IGrainFactory grains, Func<IntentView, bool> wanted, string nothing)
    {
        if (!ChannelId.TryParse(id, out var channelId))
        {
            return Problems.MalformedChannelId(id);
        }

        var channel = grains.Channel(channelId);
        if (await channel.View() is null)
        {
            return Problems.UnknownChannel(channelId);
        }

        OperationDocument[] open = [.. (await channel.ActNow(claim)).Where(wanted).Select(OperationDocument.Of)];
        return open.Length > 0 ? TypedResults.Accepted("/v1/settlement", new OperationsDocument(open)) : Problems.Conflict(nothing);
    }

    private static async Task<Results<Ok<ChannelDocument>, ProblemHttpResult>> FindAsync(string id, IGrainFactory grains, Readers readers, HttpContext http) =>
        !ChannelId.TryParse(id, out var channelId) ? Problems.MalformedChannelId(id)
        : await grains.Channel(channelId).View() is { } view ? TypedResults.Ok(ChannelDocument.Of(readers.Shown(http, view)))
        : Problems.UnknownChannel(channelId);

    private static async Task<Results<Ok<ChannelExport>, ProblemHttpResult>> ExportAsync(
        string id, IGrainFactory grains, ISettlementChain chain, Readers readers, HttpContext http)
    {
        if (!ChannelId.TryParse(id, out var channelId))
        {
            return Problems.MalformedChannelId(id);
        }

        var channel = grains.Channel(channelId);
        if (await channel.View() is not { } view)
        {
            return Problems.UnknownChannel(channelId);
        }

        if (!readers.MayReadUnits(http, view.Terms))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.Problem(
                "What was signed on a proxy's lock is shown to its operator alone: Authorization: Bearer KEY.", statusCode: StatusCodes.Status401Unauthorized);
        }

        http.Response.Headers.ContentDisposition = $"attachment; filename=\"evidence-{channelId}.json\"";
        return TypedResults.Ok(EvidenceExport.Of(chain.Domain, view, await channel.Evidence()));
    }
}
