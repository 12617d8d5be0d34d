using Tachyon.Grains;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Pages;

/// <summary>One channel: its terms, its counts, what was signed, what happened on chain.</summary>
internal sealed class ChannelPage(IGrainFactory grains, Readers readers, ActionBar actions, TimeProvider time) : IConsolePage
{
    public async Task<Page> RenderAsync(HttpContext http)
    {
        var text = (string?)http.GetRouteValue("id");
        if (!ChannelId.TryParse(text, out var id) || await grains.Channel(id).View() is not { } known)
        {
            return Missing.Page("No such channel", "/channels", $"The chain has shown no channel {text} to this operator's silos.");
        }

        var view = readers.Shown(http, known);
        var evidence = readers.MayReadUnits(http, view.Terms) ? Evidence(id, await grains.Channel(id).Evidence(), time.GetUtcNow()) : LockEvidence;
        var now = time.GetUtcNow();
        return new Page($"Channel {Show.Short(id.ToString())}", "/channels", Html.Of(
            $"""
            {Done.Note(http)}
            <p class="whole id">{id.ToString()}</p>
            {Contradictions(view)}
            <section aria-labelledby="state"><h2 id="state">State</h2>{State(view, now)}</section>
            <section aria-labelledby="terms"><h2 id="terms">Terms</h2>{Terms(view)}</section>
            <section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>{evidence}</section>
            <section aria-labelledby="operations"><h2 id="operations">Operations on chain</h2>{OperationTable.Of("Operations of this channel, the newest first", view.Operations.Reverse(), now, "None was asked for.", showChannel: false)}</section>
            """))
        {
            Actions = actions.ForChannel(http, view),
        };
    }

    private static Html LockEvidence =>
        Parts.Empty("What was signed on a proxy's lock is shown with the operator key alone: it would tell its exit whose the route is. The counts here are those on chain.");

    private static Html State(ChannelView view, DateTimeOffset now) => Parts.Facts(
        ("Phase", Parts.Phase(view.Phase)),
        ("Consumer's count", Html.Text(Show.Bytes(view.ConsumerBytes))),
        ("Provider's count", Html.Text(Show.Bytes(view.ProviderBytes))),
        ("Difference, of tolerated", Parts.Difference(view)),
        ("Paid so far", Html.Of($"{Parts.Money(view.Paid)} for {Show.Bytes(view.Settlement?.SettledBytes ?? view.PaidBytes)}")),
        ("Unclaimed", Html.Of($"{Parts.Money(view.Unclaimed)} for {Show.Bytes(view.UnclaimedBytes)}")),
        ("Deadline", Parts.Deadline(view, now)),
        ("Ended", Ended(view)));

    private static Html Ended(ChannelView view) => view.Settlement is not { } end
        ? Html.Of($"""<span class="none">no</span>""")
        : Html.Of($"{(end.Cooperative ? "both signed the count" : end.Burned.IsZero ? "agreed" : "in a dispute")}: {Parts.Money(end.Paid)} paid, {Parts.Money(end.Burned)} burned, {Parts.Money(end.Refunded)} refunded");

    private static Html Terms(ChannelView view) => Parts.Facts(
        ("Consumer", Html.Of($"""<a class="id whole" href="/channels?party={view.Terms.Consumer.ToString()}">{view.Terms.Consumer.ToString()}</a>""")),
        ("Provider", Html.Of($"""<a class="id whole" href="/providers/{view.Terms.Provider.ToString()}">{view.Terms.Provider.ToString()}</a>""")),
        ("Kind", Html.Text(view.Terms.Kind.ToString().ToLowerInvariant())),
        ("Capacity", Html.Text(Show.Bytes(view.CapacityBytes))),
        ("Price", Html.Text(Show.Price(view.Terms.PricePerMB))),
        ("Deposit", Parts.Money(view.Terms.Deposit(view.CapacityBytes))),
        ("Tolerance", Html.Text($"{Show.Percent(view.Terms.TolerancePpm)} of each 5 MB")));

    private static Html Evidence(ChannelId id, ChannelEvidence evidence, DateTimeOffset now)
    {
        var table = new Table("The newest that each side signed", new Column("Signer"), new Column("What"), new Column("Number", true), new Column("Bytes", true), new Column("Signed", true));
        AddUnit("consumer", evidence.ConsumerUnit);
        AddUnit("provider", evidence.ProviderUnit);
        AddClosure("consumer", evidence.ConsumerClosure);
        AddClosure("provider", evidence.ProviderClosure);
        var download = table.IsEmpty ? Html.Empty : Html.Of(
            $"""<p><a class="button" href="/v1/channels/{id.ToString()}/evidence" download="evidence-{id.ToString()}.json">Download the evidence</a> <span class="quiet">Judge it with <code>tachyon-edge verify FILE</code>.</span></p>""");
        return Html.Of($"{table.Render("Neither side has signed anything that this silo knows.")}{download}");

        void AddUnit(string signer, Protocol.Units.SignedUnit? signed)
        {
            if (signed is { Unit: { } unit })
            {
                table.Add($"unit-{signer}", Html.Text(signer), Html.Text("unit"), Html.Text(Show.Count((long)unit.Index)), Html.Text(Show.Bytes(unit.BytesUsed)), Parts.TimeMs(Math.Min(unit.TimestampMs, (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()), now));
            }
        }

        void AddClosure(string signer, Protocol.Channels.SignedClosure? signed)
        {
            if (signed is { Closure: { } closure })
            {
                table.Add($"closure-{signer}", Html.Text(signer), Html.Text("closure"), Html.Empty, Html.Text(Show.Bytes(closure.BytesUsed)), Html.Empty);
            }
        }
    }

    private static Html Contradictions(ChannelView view) => (view.ConsumerContradicted, view.ProviderContradicted) switch
    {
        (false, false) => Html.Empty,
        var (consumer, provider) => Parts.Note(Tone.Bad, Html.Of($"The {(consumer && provider ? "consumer and the provider have" : consumer ? "consumer has" : "provider has")} signed units that contradict each other; the evidence proves it.")),
    };
}
