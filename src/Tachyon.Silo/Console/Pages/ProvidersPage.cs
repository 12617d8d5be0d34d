using Tachyon.Grains;
using Tachyon.Grains.Providers;
using Tachyon.Protocol;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>All providers that announced themselves here or have channels, a page at a time.</summary>
internal sealed class ProvidersPage(IProviderList providers, IGrainFactory grains) : IConsolePage
{
    private const int PageSize = 25;
    private const int MaxCursorLength = 100;

    public async Task<Page> RenderAsync(HttpContext http)
    {
        var cursor = http.Request.Query["cursor"].ToString();
        var page = await providers.ReadAsync(cursor.Length is > 0 and <= MaxCursorLength ? cursor : null, PageSize);
        var views = await Task.WhenAll(page.Providers.Select(provider => grains.Provider(provider).View()));
        var table = new Table(
            "Providers as this operator's silos see them",
            new Column("Provider"),
            new Column("State"),
            new Column($"Slots of {ProtocolConstants.MaxActiveChannels}"),
            new Column("Price", true),
            new Column("Tolerates", true),
            new Column("This month, of its cap", true),
            new Column("Endpoint"));
        foreach (var view in views)
        {
            table.Add(
                $"p-{view.Provider}",
                Parts.Provider(view.Provider),
                State(view),
                Slots(view),
                Html.Text(view.Offer is { } offer ? Show.Price(offer.PricePerMB) : "no offer"),
                Html.Text(view.Offer is { } terms ? $"up to {Show.Percent(terms.ToleranceLimitPpm)}" : "no offer"),
                Month(view),
                Html.Of($"""<span class="id">{view.Offer?.Endpoint ?? "none"}</span>"""));
        }

        var first = cursor.Length > 0 ? Html.Of($"""<a class="button" href="/providers">First page</a>""") : Html.Empty;
        var next = page.Next is { } more ? Html.Of($"""<a class="button" rel="next" href="/providers?cursor={Uri.EscapeDataString(more)}">Next page</a>""") : Html.Of($"""<span class="quiet">the last page</span>""");
        return new Page("Providers", "/providers", Html.Of(
            $"""{table.Render(page.Next is null ? "No provider has announced itself here." : "None on this page; there are further ones.")}<nav class="pages" aria-label="Pages">{first}{next}</nav>"""));
    }

    public static Html State(ProviderView view) => view switch
    {
        { Draining: true } => Parts.State(Tone.Warn, "◐", view.Live ? "draining" : "draining, offline"),
        { Live: true } => Parts.State(Tone.Good, "●", "live"),
        _ => Parts.State(Tone.Quiet, "○", "offline"),
    };

    /// <summary>What was served of a monthly cap. Without a cap the silo does not add up the month.</summary>
    public static Html Month(ProviderView view) => view is { MonthBytesLeft: not null, Offer: { } offer }
        ? Html.Of($"""{Show.Bytes(view.MonthBytesUsed)} <span class="of">of {Show.Bytes(offer.MonthlyCapBytes)}</span>""")
        : Html.Of($"""<span class="none">no cap</span>""");

    /// <summary>One mark for each slot: taken, promised, free, and those that it does not offer.</summary>
    public static Html Slots(ProviderView view)
    {
        var taken = view.ActiveChannels.Length;
        var promised = view.ReservedChannels.Length + view.AcceptedChannels.Length;
        var offered = Math.Max(view.Offer?.Slots ?? 0, taken + promised);
        var marks = string.Concat(
            new string('■', taken),
            new string('◧', promised),
            new string('□', Math.Max(0, offered - taken - promised)),
            new string('·', Math.Max(0, ProtocolConstants.MaxActiveChannels - offered)));
        return Html.Of($"""<span class="slots" aria-hidden="true">{marks}</span> <span class="figures">{taken} used{(promised > 0 ? $", {promised} promised" : "")}</span>""");
    }
}
