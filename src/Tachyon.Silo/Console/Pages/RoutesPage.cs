using Microsoft.Extensions.Options;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>
/// The channels to exits that this operator's routes share. It alone knows which consumer a route belongs to, so these pages are for
/// whoever has the operator key, also where everything else is open.
/// </summary>
internal sealed class RoutesPage(IGrainFactory grains, IAccountSigner account, IOptions<GrainsOptions> options) : IConsolePage
{
    private const int ReadAtOnce = 32;

    public bool IsForOperators => true;

    public async Task<Page> RenderAsync(HttpContext http)
    {
        var exits = await grains.PoolIndex(account.Address).List();
        if (exits.Length == 0 && !options.Value.Proxy)
        {
            return Missing.Page("No routes", "/routes", "This operator is no proxy: Grains:Proxy is not set.");
        }

        var table = new Table(
            "Channels to exits, each shared by the routes to it",
            new Column("Exit"),
            new Column("State"),
            new Column("Routes", true),
            new Column("Price", true),
            new Column("Promised by locks", true),
            new Column("Signed", true),
            new Column("Capacity", true),
            new Column("Channel"));
        foreach (var some in exits.Chunk(ReadAtOnce))
        {
            foreach (var pool in await Task.WhenAll(some.Select(exit => grains.Pool(exit).View())))
            {
                table.Add(
                    $"x-{pool.Exit}",
                    Html.Of($"""<a class="id" href="/routes/{pool.Exit.ToString()}" title="{pool.Exit.ToString()}">{Show.Short(pool.Exit.ToString())}</a>"""),
                    State(pool),
                    Html.Text(Show.Count(pool.Routes)),
                    Html.Text(pool.Terms is { } terms ? Show.Price(terms.PricePerMB) : "none yet"),
                    Html.Text(Show.Bytes(pool.PromisedBytes)),
                    Html.Text(Show.Bytes(pool.SignedBytes)),
                    Html.Of($"""{Show.Bytes(pool.CapacityBytes)}{(pool.TopUpBytes > 0 ? Html.Of($""" <span class="of">to be {Show.Bytes(pool.TopUpBytes)}</span>""") : Html.Empty)}"""),
                    pool.Terms is null ? Html.Of($"""<span class="none">none yet</span>""") : Parts.Channel(pool.PoolId));
            }
        }

        return new Page("Routes", "/routes", Html.Of(
            $"""
            <p class="quiet">What you see here links consumers to exits. Nobody else knows it, and only the operator key shows it.</p>
            {table.Render("No route has been asked for yet.")}
            """));
    }

    private static Html State(PoolView pool) => pool.Stage switch
    {
        PoolStage.Active => Parts.State(pool.IsAttached ? Tone.Good : Tone.Warn, pool.IsAttached ? "●" : "◐", pool.IsAttached ? "active" : "active, exit away"),
        PoolStage.Opening => Parts.State(Tone.Quiet, "○", "opening"),
        PoolStage.Planned => Parts.State(Tone.Quiet, "○", "opened on first use"),
        PoolStage.Ended => Parts.State(Tone.Quiet, "■", "ended"),
        _ => Parts.State(Tone.Quiet, "○", "none yet"),
    };
}
