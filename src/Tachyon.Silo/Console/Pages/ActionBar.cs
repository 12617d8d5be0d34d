using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Pages;

/// <summary>What an operator may do on a page, as links to the questions that come before it; nothing for everybody else.</summary>
internal sealed class ActionBar(OperatorKey key, OperatorSessions sessions)
{
    public Html ForChannel(HttpContext http, ChannelView view)
    {
        var path = $"/channels/{view.ChannelId}";
        return Bar(http,
        [
            .. view.Phase switch
            {
                ChannelPhase.Active => [($"{path}/claim", "Claim now"), ($"{path}/close", "Close")],
                ChannelPhase.Opened or ChannelPhase.Closing => [($"{path}/act", "Settle what is due")],
                _ => Array.Empty<(string, string)>(),
            },
            ($"/blacklistings/{view.Terms.Consumer}/blacklist", "Blacklist consumer"),
        ]);
    }

    public Html ForProvider(HttpContext http, ProviderView view) =>
        Bar(http,
        [
            view.Draining ? ($"/providers/{view.Provider}/undrain", "End draining") : ($"/providers/{view.Provider}/drain", "Drain"),
            ($"/blacklistings/{view.Provider}/blacklist", "Blacklist"),
        ]);

    /// <summary>Of a node on the operator's blacklist.</summary>
    public Html ForListed(HttpContext http, string node) => Bar(http, [($"/blacklistings/{node}/unblacklist", "Take off")]);

    public Html ForOperation(HttpContext http, IntentView intent) =>
        Bar(http, intent.State == IntentState.Succeeded ? [] : [($"/settlement/{Uri.EscapeDataString(intent.OperationId)}/retry", "Try again now")]);

    private Html Bar(HttpContext http, (string Path, string Name)[] actions) => actions.Length == 0 || !key.Exists || !sessions.Holds(http)
        ? Html.Empty
        : Html.Of($"""<nav class="actions" aria-label="Actions">{actions.Select(action => Html.Of($"""<a class="button" href="{action.Path}">{action.Name}…</a>"""))}</nav>""");
}
