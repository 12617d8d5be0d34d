using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Actions;

/// <summary>Puts a node on the operator's blacklist, or takes it off.</summary>
internal abstract class ListingAction(IGrainFactory grains, bool listed) : IConsoleAction
{
    public Task<Question?> AskAsync(HttpContext http) => Task.FromResult(Address.TryParse((string?)http.GetRouteValue("address"), out var node)
        ? new Question(
            listed ? "Blacklist this node?" : "Take this node off the blacklist?",
            Html.Of(
                $"""
                <p>{(listed
                    ? "This operator's silos no longer match the node with anybody, and relay no confirm or acceptance for it. Channels that it has go on and are settled as ever. Nobody else is told: a statement that travels takes the signature of a party."
                    : "This operator's silos match the node again, and relay its confirms.")}</p>
                {Parts.Facts(("Node", Html.Of($"""<span class="id whole">{node.ToString()}</span>""")))}
                """),
            listed ? "Blacklist" : "Take off",
            "/blacklistings",
            "/blacklistings",
            listed ? "blacklist" : "unblacklist")
        : null);

    public async Task<string?> DoAsync(HttpContext http) =>
        RestAnswer.Fault(await BlacklistEndpoints.SetAsync((string)http.GetRouteValue("address")!, new ListingDocument(listed), grains).AsResult());
}

/// <summary>Puts a node on the list.</summary>
internal sealed class BlacklistAction(IGrainFactory grains) : ListingAction(grains, listed: true);

/// <summary>Takes a node off the list.</summary>
internal sealed class UnblacklistAction(IGrainFactory grains) : ListingAction(grains, listed: false);
