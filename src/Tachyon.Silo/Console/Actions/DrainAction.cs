using Tachyon.Grains;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Actions;

/// <summary>Begins or ends a provider's draining.</summary>
internal abstract class DrainingAction(IGrainFactory grains, bool draining) : IConsoleAction
{
    public async Task<Question?> AskAsync(HttpContext http)
    {
        if (!Address.TryParse((string?)http.GetRouteValue("address"), out var provider) || await grains.Provider(provider).View() is not { Offer: not null } view)
        {
            return null;
        }

        var text = draining
            ? Html.Of($"<p>The provider is no longer matched and gets no new channels, until it or you end that, also across restarts. Its {Show.Count(view.ActiveChannels.Length)} channels go on.</p>")
            : Html.Of($"<p>The provider is matched again and may confirm new channels, as far as it has free slots.</p>");
        return new Question(
            draining ? "Drain this provider?" : "End draining?",
            Html.Of($"""{text}{Parts.Facts(("Provider", Html.Of($"""<span class="id whole">{provider.ToString()}</span>""")), ("State", Pages.ProvidersPage.State(view)), ("Slots", Pages.ProvidersPage.Slots(view)))}"""),
            draining ? "Drain" : "End draining",
            "/providers",
            $"/providers/{provider}",
            draining ? "drain" : "undrain");
    }

    public async Task<string?> DoAsync(HttpContext http) =>
        RestAnswer.Fault(await ProviderEndpoints.DrainAsync((string)http.GetRouteValue("address")!, new DrainDocument(draining), grains).AsResult());
}

/// <summary>Begins draining.</summary>
internal sealed class DrainAction(IGrainFactory grains) : DrainingAction(grains, draining: true);

/// <summary>Ends draining.</summary>
internal sealed class UndrainAction(IGrainFactory grains) : DrainingAction(grains, draining: false);
