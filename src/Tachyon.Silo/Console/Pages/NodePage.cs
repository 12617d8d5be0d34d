using System.Diagnostics;
using Tachyon.Chain;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Gateway;
using Tachyon.Silo.Health;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Console.Pages;

/// <summary>The health of this silo, of its chain and storage, and the other silos of the cluster.</summary>
internal sealed class NodePage(
    ClusterFigures figures, SiloMonitor monitor, EdgeRegistry edges, ISettlementChain chain, SiloSettings settings,
    IClusterMembershipService membership, ILocalSiloDetails silo, TimeProvider time) : IConsolePage
{
    public async Task<Page> RenderAsync(HttpContext http)
    {
        var health = monitor.Health;
        var now = time.GetUtcNow();
        var snapshot = await figures.TryRecentAsync();
        using var process = Process.GetCurrentProcess();
        return new Page("Node", "/node", Html.Of(
            $"""
            <section aria-labelledby="health"><h2 id="health">Health</h2>{Parts.Facts(
                ("This silo", health.IsReady ? Parts.State(Tone.Good, "●", "ready") : Parts.State(health.IsStopping ? Tone.Warn : Tone.Bad, "▲", health.IsStopping ? "stopping" : "not ready")),
                ("Chain", Fault(health.ChainFault, "answers")),
                ("Storage", Fault(health.StorageFault, $"{settings.Storage.Provider.ToString().ToLowerInvariant()}, can be written")),
                ("Looked", health.CheckedAt is { } at ? Parts.Time(at, now) : Html.Text("not yet")),
                ("Version", Html.Text(HealthEndpoints.Version)),
                ("Up for", Html.Text(Show.Span(now - process.StartTime.ToUniversalTime()))),
                ("Memory", Html.Text(Show.Bytes((ulong)process.WorkingSet64))),
                ("Edges", Html.Text($"{Show.Count(edges.Edges)} on {Show.Count(edges.Connections)} connections")))}</section>
            <section aria-labelledby="chain"><h2 id="chain">Chain</h2>{(snapshot is null ? Parts.Empty("The feed cannot be asked just now.") : Feed(snapshot, now))}</section>
            <section aria-labelledby="silos"><h2 id="silos">Silos of the cluster</h2>{Silos()}</section>
            """));
    }

    private Html Feed(ClusterSnapshot snapshot, DateTimeOffset now) => Parts.Facts(
        ("Chain id", Html.Text(Show.Count((long)chain.Domain.ChainId))),
        ("Contract", Html.Of($"""<span class="id whole">{chain.Domain.VerifyingContract.ToString()}</span>""")),
        ("Final block", Html.Text(Show.Count((long)snapshot.Feed.FinalBlock))),
        ("Read up to", Html.Text($"{Show.Count((long)snapshot.Feed.CursorBlock)}, {Show.Count(snapshot.BlocksBehind)} blocks behind")),
        ("Answered", snapshot.Feed.AnsweredAtMs == 0 ? Html.Text("never") : Parts.TimeMs(snapshot.Feed.AnsweredAtMs, now)),
        ("Feed", Fault(snapshot.Feed.Halted ?? snapshot.Feed.LastError, "reads")),
        ("Re-organisations", Html.Text($"{Show.Count(snapshot.Feed.Reorganisations)} undone")),
        ("Channels that could not be told", Html.Text(Show.Count(snapshot.Feed.ParkedCount))),
        ("Channels with a deadline", Html.Text(Show.Count(snapshot.Deadlines))));

    private Html Silos()
    {
        var table = new Table("The silos of the cluster, as this one sees them", new Column("Name"), new Column("Address"), new Column("State"), new Column("Which"));
        foreach (var member in membership.CurrentSnapshot.Members.Values.OrderBy(member => member.SiloAddress))
        {
            var isActive = member.Status == SiloStatus.Active;
            table.Add(
                "",
                Html.Text(member.Name),
                Html.Of($"""<span class="id">{member.SiloAddress.ToString()}</span>"""),
                Parts.State(isActive ? Tone.Good : Tone.Warn, isActive ? "●" : "◐", member.Status.ToString().ToLowerInvariant()),
                Html.Text(member.SiloAddress.Equals(silo.SiloAddress) ? "the one that answers" : "another one"));
        }

        return table.Render("This silo is not in the table yet.");
    }

    private static Html Fault(string? fault, string fine) =>
        fault is null ? Parts.State(Tone.Good, "●", fine) : Html.Of($"{Parts.State(Tone.Bad, "▲", "does not work")} <span>{fault}</span>");
}
