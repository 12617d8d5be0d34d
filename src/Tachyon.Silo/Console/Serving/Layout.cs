using Microsoft.Extensions.Options;
using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Console.Pages;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Health;
using Tachyon.Silo.Rest;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Console.Serving;

/// <summary>What stands around every page: the head, the silo's state, the navigation.</summary>
internal sealed class Layout(SiloMonitor monitor, ClusterFigures figures, OperatorSessions sessions, OperatorKey key, IOptions<GrainsOptions> options)
{
    /// <summary>A whole document.</summary>
    public async Task<Html> DocumentAsync(HttpContext http, Page page)
    {
        var body = await BodyAsync(http, page);
        return Html.Of(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{page.Title} – Tachyon</title>
            <link rel="icon" href="{ConsoleAssets.Url("icon.svg")}" type="image/svg+xml">
            <link rel="stylesheet" href="{ConsoleAssets.Url("vendor/uplot/uPlot.min.css")}">
            <link rel="stylesheet" href="{ConsoleAssets.Url("console.css")}">
            <script src="{ConsoleAssets.Url("vendor/uplot/uPlot.iife.min.js")}" defer></script>
            <script src="{ConsoleAssets.Url("charts.js")}" defer></script>
            <script src="{ConsoleAssets.Url("live.js")}" defer></script>
            </head>
            <body data-live="{(page.IsLive ? "yes" : "no")}">
            {body}
            </body>
            </html>

            """);
    }

    /// <summary>What stands in the body: all that changes while a page is open.</summary>
    public async Task<Html> BodyAsync(HttpContext http, Page page)
    {
        var now = await figures.TryRecentAsync();
        return Html.Of(
            $"""
            <a class="skip" href="#main">Skip to the content</a>
            <header class="top">
            <a class="brand" href="/"><span class="mark" aria-hidden="true"></span>Tachyon</a>
            <p class="silo">{Readiness(monitor.Health)}</p>
            {Session(http)}
            <nav aria-label="Console"><ul>{Entries(now, options.Value.Proxy && sessions.Holds(http)).Select(entry => Entry(entry, page.Section))}</ul></nav>
            </header>
            <p id="link" class="note bad" role="status" aria-live="polite" data-keep hidden></p>
            <main id="main" tabindex="-1">
            <div class="heading"><h1>{page.Title}</h1>{page.Actions}</div>
            {page.Main}
            </main>
            <footer><p>Amounts in {Show.Token}, 1 MB = 1,000,000 bytes, times in UTC. <span id="seen" data-keep></span></p></footer>
            """);
    }

    private static Html Readiness(SiloHealth health) => health switch
    {
        { IsStopping: true } => Parts.State(Tone.Warn, "◐", "stopping"),
        { IsReady: true } => Parts.State(Tone.Good, "●", "ready"),
        { ChainFault: not null } => Parts.State(Tone.Bad, "▲", "not ready: the chain"),
        _ => Parts.State(Tone.Bad, "▲", "not ready: the storage"),
    };

    private Html Session(HttpContext http) =>
        !key.Exists ? Html.Of($"""<p class="session"><span class="quiet">read-only</span></p>""")
        : sessions.Holds(http) ? Html.Of(
            $"""<form class="session" method="post" action="/sign-out"><input type="hidden" name="token" value="{sessions.FormToken(http)}"><span class="quiet">operator</span> <button class="plain">Sign out</button></form>""")
        : Html.Of($"""<p class="session"><span class="quiet">read-only</span> <a href="/sign-in?then={Uri.EscapeDataString(http.Request.Path)}">Sign in</a></p>""");

    private static IEnumerable<(string Path, string Name, int Count)> Entries(ClusterSnapshot? now, bool showsRoutes)
    {
        yield return ("/", "Overview", 0);
        yield return ("/channels", "Channels", 0);
        yield return ("/providers", "Providers", 0);
        if (showsRoutes)
        {
            yield return ("/routes", "Routes", 0);
        }

        yield return ("/disputes", "Disputes", now?.Census?.Disputed ?? 0);
        yield return ("/blacklistings", "Blacklistings", 0);
        yield return ("/settlement", "Settlement", now?.Outbox.Open ?? 0);
        yield return ("/node", "Node", 0);
    }

    private static Html Entry((string Path, string Name, int Count) entry, string section)
    {
        var count = entry.Count > 0 ? Html.Of($"""<span class="count">{Show.Count(entry.Count)}</span>""") : Html.Empty;
        var current = entry.Path == section ? Html.Of($" aria-current=\"page\"") : Html.Empty;
        return Html.Of($"""<li><a href="{entry.Path}"{current}>{entry.Name}{count}</a></li>""");
    }
}
