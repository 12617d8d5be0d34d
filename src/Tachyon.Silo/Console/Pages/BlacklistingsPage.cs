using System.Globalization;
using Tachyon.Grains;
using Tachyon.Protocol.Reputation;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>Admitted statements and revocations, the newest first.</summary>
internal sealed class BlacklistingsPage(IGrainFactory grains, ActionBar actions, TimeProvider time) : IConsolePage
{
    private const ulong PageSize = 50;

    public async Task<Page> RenderAsync(HttpContext http)
    {
        var latest = (await grains.StatementLog().Read(long.MaxValue)).Latest;
        var until = ulong.TryParse(http.Request.Query["until"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, latest) : latest;
        var entries = await EntriesAsync(until - Math.Min(until, PageSize), until);
        var now = time.GetUtcNow();
        var table = new Table(
            "Statements and revocations as they were admitted, the newest first",
            new Column("Number", true),
            new Column("Statement"),
            new Column("By"),
            new Column("About"),
            new Column("Reason"),
            new Column("Channel"),
            new Column("Evidence"),
            new Column("Stated", true));
        foreach (var entry in entries.OrderByDescending(entry => entry.Sequence))
        {
            var stated = entry.Signed.Statement;
            table.Add(
                $"b-{entry.Sequence}",
                Html.Text(Show.Count((long)entry.Sequence)),
                stated.Revoked ? Parts.State(Tone.Quiet, "○", "revoked") : Parts.State(Tone.Bad, "■", "blacklists"),
                Parts.Id(stated.Issuer.ToString()),
                Parts.Id(stated.Subject.ToString()),
                Html.Text(((BlacklistingReason)stated.Reason).ToString().ToLowerInvariant()),
                Parts.Channel(stated.ChannelId),
                entry.Evidence is null
                    ? Html.Of($"""<span class="none">none</span>""")
                    : Html.Of($"""<a href="/v1/channels/{stated.ChannelId.ToString()}/evidence" download="evidence-{stated.ChannelId.ToString()}.json" aria-label="Download the evidence of channel {Show.Short(stated.ChannelId.ToString())}">Download</a>"""),
                Parts.TimeMs(Math.Min(stated.TimestampMs, (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()), now));
        }

        var newest = until < latest ? Html.Of($"""<a class="button" href="/blacklistings">Newest</a>""") : Html.Empty;
        var older = until > PageSize ? Html.Of($"""<a class="button" rel="next" href="/blacklistings?until={until - PageSize}">Older</a>""") : Html.Of($"""<span class="quiet">the oldest</span>""");
        var own = await ListedAsync(http, now);
        return new Page("Blacklistings", "/blacklistings", Html.Of(
            $"""
            {Done.Note(http)}
            <section aria-labelledby="own"><h2 id="own">Not served by this operator</h2>{own}</section>
            <section aria-labelledby="statements"><h2 id="statements">Statements of parties</h2>
            <p class="quiet">Two nodes of which one blacklists the other are neither matched nor connected. What else follows is each node's own to decide.</p>
            {table.Render("No party has blacklisted another.")}</section>
            <nav class="pages" aria-label="Pages">{newest}{older}</nav>
            """));
    }

    private async Task<Html> ListedAsync(HttpContext http, DateTimeOffset now)
    {
        var table = new Table("Nodes that this operator's silos neither match nor confirm channels for", new Column("Node"), new Column("Since"), new Column("Action"));
        foreach (var listed in await grains.OperatorBlacklist().List())
        {
            table.Add(
                $"l-{listed.Node}",
                Html.Of($"""<span class="id whole">{listed.Node.ToString()}</span>"""),
                Parts.TimeMs(listed.SinceMs, now),
                actions.ForListed(http, listed.Node.ToString()));
        }

        return table.Render("None: an operator puts nodes here from their pages.");
    }

    /// <summary>The entries behind one place up to another; the log gives them in pieces.</summary>
    private async Task<List<StatementEntry>> EntriesAsync(ulong after, ulong until)
    {
        var entries = new List<StatementEntry>();
        while (after < until)
        {
            var page = await grains.StatementLog().Read(after);
            if (page.Entries.Length == 0)
            {
                break;
            }

            entries.AddRange(page.Entries.Where(entry => entry.Sequence <= until));
            after = page.Entries[^1].Sequence;
        }

        return entries;
    }
}
