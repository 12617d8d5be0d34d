using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Rest;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Console.Pages;

/// <summary>Counts beyond the tolerance, ends in which something was burned, contradictions; each with its evidence.</summary>
internal sealed class DisputesPage(ClusterFigures figures, IGrainFactory grains, Readers readers) : IConsolePage
{
    public async Task<Page> RenderAsync(HttpContext http)
    {
        var now = await figures.RecentAsync();
        if (now.Census is not { } census)
        {
            return new Page("Disputes", "/disputes", Parts.Empty("The channels are being counted; this page shows them as soon as that is done."));
        }

        var notes = await grains.Census().Noted();
        ChannelView[] disputed = [.. notes.Disputed.Select(view => readers.Shown(http, view))];
        ChannelView[] ended = [.. notes.Ended.Select(view => readers.Shown(http, view))];
        var countedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)census.CountedAtMs);
        return new Page("Disputes", "/disputes", Html.Of(
            $"""
            <p class="quiet">Counted over {Show.Count(census.Channels)} channels {Parts.Time(countedAt, DateTimeOffset.FromUnixTimeMilliseconds((long)now.AtMs))}.</p>
            <section aria-labelledby="open"><h2 id="open">Open <span class="of">{Show.Count(census.Disputed)}</span></h2>
            {Table("Channels that are not over and whose counts differ by more than the tolerance allows", disputed, "The counts of all channels agree within their tolerance.")}{More(census.Disputed, disputed)}</section>
            <section aria-labelledby="ended"><h2 id="ended">Ended in a dispute, or a party contradicted itself <span class="of">{Show.Count(census.EndedInDispute + census.Contradicted)}</span></h2>
            {Table("Channels in which something was burned, or of which a party signed units that contradict each other", ended, "None.")}{More(notes.Ended.Length == CensusNotes.MaxOfEach ? int.MaxValue : 0, ended)}</section>
            """));
    }

    private static Html Table(string caption, ChannelView[] channels, string whenEmpty)
    {
        var table = new Table(
            caption,
            new Column("Channel"),
            new Column("Phase"),
            new Column("Provider"),
            new Column("Consumer's count", true),
            new Column("Provider's count", true),
            new Column("Difference, of tolerated", true),
            new Column("Burned", true),
            new Column("Contradiction"),
            new Column("Evidence"));
        foreach (var view in channels)
        {
            table.Add(
                $"d-{view.ChannelId}",
                Parts.Channel(view.ChannelId),
                Parts.Phase(view.Phase),
                Parts.Provider(view.Terms.Provider),
                Html.Text(Show.Bytes(view.ConsumerBytes)),
                Html.Text(Show.Bytes(view.ProviderBytes)),
                Parts.Difference(view),
                view.Settlement is { } end ? Parts.Money(end.Burned) : Html.Of($"""<span class="none">not ended</span>"""),
                Html.Text((view.ConsumerContradicted, view.ProviderContradicted) switch
                {
                    (true, true) => "both",
                    (true, false) => "consumer",
                    (false, true) => "provider",
                    _ => "none",
                }),
                Html.Of($"""<a href="/v1/channels/{view.ChannelId.ToString()}/evidence" download="evidence-{view.ChannelId.ToString()}.json" aria-label="Download the evidence of channel {Show.Short(view.ChannelId.ToString())}">Download</a>"""));
        }

        return table.Render(whenEmpty);
    }

    private static Html More(int all, ChannelView[] shown) =>
        all > shown.Length ? Html.Of($"""<p class="quiet">The first {Show.Count(shown.Length)} are shown.</p>""") : Html.Empty;
}
