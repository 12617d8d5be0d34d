using Tachyon.Chain;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Console.Pages;

/// <summary>The outbox: what is on its way to the chain, and what came of what was.</summary>
internal sealed class SettlementPage(ClusterFigures figures, IAccountSigner account) : IConsolePage
{
    public async Task<Page> RenderAsync(HttpContext http)
    {
        var now = await figures.RecentAsync();
        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)now.AtMs);
        var outbox = now.Outbox;
        return new Page("Settlement", "/settlement", Html.Of(
            $"""
            {Done.Note(http)}
            {(outbox.LastError is { } fault ? Parts.Note(Tone.Warn, Html.Text(fault)) : Html.Empty)}
            {Parts.Facts(
                ("Open", Html.Text(Show.Count(outbox.Open))),
                ("With a nonce", Html.Text(Show.Count(outbox.InFlight))),
                ("Oldest waits for", Html.Text(outbox.Open == 0 ? "nothing waits" : Show.Span(TimeSpan.FromSeconds(now.OldestSeconds)))),
                ("Next nonce", Html.Text(outbox.NextNonce is { } nonce ? Show.Count((long)nonce) : "not known yet")),
                ("Paid by", Html.Of($"""<span class="id whole">{account.Address.ToString()}</span>""")))}
            <section aria-labelledby="open"><h2 id="open">Open</h2>{OperationTable.Of("Operations that have not ended, in the order of their nonces", outbox.Intents.Where(ClusterSnapshot.IsOpen), at, "Nothing waits for the chain.", showChannel: true)}</section>
            <section aria-labelledby="ended"><h2 id="ended">Ended</h2>{OperationTable.Of("The newest operations that have ended", outbox.Intents.Where(intent => !ClusterSnapshot.IsOpen(intent)).OrderByDescending(intent => intent.EndedAtMs), at, "Nothing has ended yet.", showChannel: true)}</section>
            """));
    }
}
