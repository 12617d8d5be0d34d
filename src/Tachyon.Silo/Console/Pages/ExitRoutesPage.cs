using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>The routes to one exit, a page at a time: what comes in, what goes out, what is kept.</summary>
internal sealed class ExitRoutesPage(IGrainFactory grains) : IConsolePage
{
    private const int PageSize = 50;

    public bool IsForOperators => true;

    public async Task<Page> RenderAsync(HttpContext http)
    {
        if (!Address.TryParse((string?)http.GetRouteValue("exit"), out var exit))
        {
            return Missing.Page("No such exit", "/routes", "The address names no exit.");
        }

        ChannelId? after = ChannelId.TryParse(http.Request.Query["cursor"], out var cursor) ? cursor : null;
        var locks = await grains.Pool(exit).Locks(after, PageSize);
        var routes = await Task.WhenAll(locks.Select(lockId => grains.Proxy(lockId).View()));
        var table = new Table(
            "Routes to this exit, in the order of their locks' ids",
            new Column("Lock"),
            new Column("State"),
            new Column("Consumer"),
            new Column("Signed by the consumer", true),
            new Column("Counted by the exit", true),
            new Column("In", true),
            new Column("Out", true),
            new Column("Fee", true));
        foreach (var route in routes.OfType<RouteView>())
        {
            table.Add(
                $"r-{route.LockId}",
                Parts.Channel(route.LockId),
                route.IsEnding ? Parts.State(Tone.Warn, "◐", "ending") : Parts.State(Tone.Good, "●", "under way"),
                Parts.Id(route.Terms.Consumer.ToString()),
                Html.Text(Show.Bytes(route.SignedBytes)),
                Html.Text(Show.Bytes(route.CountedBytes)),
                Parts.Money(route.In),
                Parts.Money(route.Out),
                Fee(route));
        }

        var first = after is null ? Html.Empty : Html.Of($"""<a class="button" href="/routes/{exit.ToString()}">First page</a>""");
        var next = locks.Length == PageSize
            ? Html.Of($"""<a class="button" rel="next" href="/routes/{exit.ToString()}?cursor={locks[^1].ToString()}">Next page</a>""")
            : Html.Of($"""<span class="quiet">the last page</span>""");
        return new Page($"Routes to {Show.Short(exit.ToString())}", "/routes", Html.Of(
            $"""
            <p class="whole id">{exit.ToString()}</p>
            {table.Render("No route to this exit is under way.")}
            <nav class="pages" aria-label="Pages">{first}{next}</nav>
            """));
    }

    // What goes out never costs more than what comes in, unless an exit's price were above the lock's, which no proxy agrees to.
    private static Html Fee(RouteView route) =>
        route.In >= route.Out ? Parts.Money(route.In - route.Out) : Html.Of($"""<span class="of">less than nothing:</span> −{Parts.Money(TokenAmount.FromBaseUnits(route.Out.BaseUnits - route.In.BaseUnits))}""");
}
