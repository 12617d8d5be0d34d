using Tachyon.Grains;
using Tachyon.Silo.Console.History;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Rest;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Console.Pages;

/// <summary>Everything at a glance: what is earned now, what is owed, what needs a person.</summary>
internal sealed class OverviewPage(ClusterFigures figures, ActivityHistory history, IGrainFactory grains, Readers readers, TimeProvider time) : IConsolePage
{
    private const int Listed = 5;
    private const double SecondsPerMinute = 60;

    public async Task<Page> RenderAsync(HttpContext http)
    {
        var now = await figures.RecentAsync();
        var notes = await grains.Census().Noted();
        var samples = history.After(0);
        return new Page("Overview", "/", Html.Of(
            $"""
            {Attention(now)}
            <ul class="tiles">{Tiles(now, samples)}</ul>
            <div class="charts">
            {Chart("rate", "Traffic", "MB/s", $"Traffic of the last hour in MB/s, now {Rate(samples.LastOrDefault())}, at most {Rate(samples.MaxBy(sample => sample.Bytes))}.")}
            {Chart("earned", "Earnings", $"{Show.Token}/min", $"Earnings of the last hour in {Show.Token} per minute, now {Earning(samples.LastOrDefault())}, at most {Earning(samples.MaxBy(sample => sample.Tokens))}.")}
            </div>
            <div class="columns">
            <section aria-labelledby="soonest"><h2 id="soonest">Nearest deadlines</h2>{Soonest(notes.Soonest.Select(view => readers.Shown(http, view)))}</section>
            <section aria-labelledby="newest"><h2 id="newest">Newest operations on chain</h2>{Operations(now)}</section>
            </div>
            """));
    }

    private static IEnumerable<Html> Tiles(ClusterSnapshot now, ActivitySample[] samples)
    {
        yield return Tile("Traffic", Text(Rate(samples.LastOrDefault())), $"{Show.Bytes((ulong)samples.Sum(sample => sample.Bytes))} in the last hour");
        yield return Tile("Earnings", Text(Earning(samples.LastOrDefault())), $"{Show.Tokens(samples.Sum(sample => sample.Tokens))} in the last hour");
        yield return now.Census is not { } census
            ? Tile("Unclaimed", Text("…"), "the channels are being counted")
            : Tile("Unclaimed", Parts.Money(census.Unclaimed), $"{Show.Bytes(census.UnclaimedBytes)} signed, not paid yet");
        yield return now.NextSeconds is not { } next
            ? Tile("Next deadline", Text("none"), "nothing waits for a time")
            : Tile("Next deadline", Text(Show.Relative(DateTimeOffset.FromUnixTimeSeconds((long)next), DateTimeOffset.FromUnixTimeMilliseconds((long)now.AtMs))), $"{Show.Count(now.Deadlines)} channels wait for one");
        yield return now.Census is not { } all
            ? Tile("Channels", Text("…"), "the channels are being counted")
            : Tile("Channels", Text($"{Show.Count(all.In(ChannelPhase.Active))} active"), $"{Show.Count(all.In(ChannelPhase.Opened))} opened, {Show.Count(all.In(ChannelPhase.Closing))} closing, {Show.Count(all.In(ChannelPhase.Settled))} settled");
        yield return Tile("Slots", Text($"{Show.Count(now.SlotsTaken)} of {Show.Count(now.Slots)}"), $"taken, of {Show.Count(now.Providers)} providers that take channels");
        yield return Tile("Settlement", Text($"{Show.Count(now.Outbox.Open)} open"), now.Outbox.Open == 0 ? "nothing waits for the chain" : $"the oldest for {Show.Span(TimeSpan.FromSeconds(now.OldestSeconds))}");
        yield return now.Census is not { } judged
            ? Tile("Disputes", Text("…"), "the channels are being counted")
            : Tile("Disputes", Text($"{Show.Count(judged.Disputed)} open"), $"{Show.Count(judged.EndedInDispute)} ended so, {Show.Tokens(judged.Burned)} burned");
    }

    private static Html Attention(ClusterSnapshot now)
    {
        List<Html> notes = [];
        if (now.Feed.Halted is { } halted)
        {
            notes.Add(Parts.Note(Tone.Bad, Html.Of($"The chain feed has halted and needs a person: {halted}")));
        }

        if (now.Outbox.LastError is { } fault)
        {
            notes.Add(Parts.Note(Tone.Warn, Html.Of($"""<a href="/settlement">Settlement</a> waits: {fault}""")));
        }

        if (now.Census is { Disputed: > 0 and var disputed })
        {
            notes.Add(Parts.Note(Tone.Warn, Html.Of($"""<a href="/disputes">{Show.Count(disputed)} {(disputed == 1 ? "channel is" : "channels are")} in dispute</a>: what is above the consumer's count may be burned.""")));
        }

        return Html.Join(notes);
    }

    private Html Soonest(IEnumerable<ChannelView> channels)
    {
        var now = time.GetUtcNow();
        var table = new Table("Channels with a deadline on chain, the nearest first", new Column("Channel"), new Column("Phase"), new Column("Unclaimed", true), new Column("Deadline", true));
        foreach (var view in channels.Take(Listed))
        {
            table.Add($"soon-{view.ChannelId}", Parts.Channel(view.ChannelId), Parts.Phase(view.Phase), Parts.Money(view.Unclaimed), Parts.Deadline(view, now));
        }

        return table.Render("No channel has a deadline on chain. An active one has none until a party closes it.");
    }

    private static Html Operations(ClusterSnapshot now)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)now.AtMs);
        var table = new Table("The operations that were taken in last", new Column("Operation"), new Column("Channel"), new Column("State"), new Column("Taken in", true));
        foreach (var intent in now.Outbox.Intents.OrderByDescending(intent => intent.EnqueuedAtMs).Take(Listed))
        {
            table.Add($"new-{intent.OperationId}", Text(Words.Of(intent.Kind)), Parts.Channel(intent.ChannelId), Parts.Operation(intent.State), Parts.TimeMs(intent.EnqueuedAtMs, at));
        }

        return table.Render("Nothing has been sent to the chain yet.");
    }

    private static Html Tile(string name, Html value, string more) =>
        Html.Of($"""<li class="tile"><h2>{name}</h2><p class="value">{value}</p><p class="more">{more}</p></li>""");

    private static Html Chart(string series, string name, string unit, string description) => Html.Of(
        $"""
        <figure class="chart" id="chart-{series}"><figcaption><h2>{name} <span class="of">{unit}, last hour</span></h2></figcaption>
        <div class="plot" role="img" aria-label="{description}" data-series="{series}" data-unit="{unit}" data-keep></div></figure>
        """);

    private static string Rate(ActivitySample? sample) => Show.Rate((sample?.Bytes ?? 0) * 1_000 / ActivitySample.PeriodMs);

    private static string Earning(ActivitySample? sample) =>
        Show.TokenRate((sample?.Tokens ?? 0) * SecondsPerMinute * 1_000 / ActivitySample.PeriodMs);

    private static Html Text(string text) => Html.Text(text);
}
