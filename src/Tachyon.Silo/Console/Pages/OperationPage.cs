using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>One operation and its transaction.</summary>
internal sealed class OperationPage(IGrainFactory grains, IAccountSigner account, ActionBar actions, TimeProvider time) : IConsolePage
{
    public async Task<Page> RenderAsync(HttpContext http)
    {
        var id = (string?)http.GetRouteValue("operationId") ?? "";
        if (await grains.Settlement(account.Address).Find(id) is not { } intent)
        {
            return Missing.Page("No such operation", "/settlement", "The outbox knows no such operation, or has forgotten it since it ended.");
        }

        var now = time.GetUtcNow();
        return new Page($"Operation: {Words.Of(intent.Kind)}", "/settlement", Html.Of(
            $"""
            {Done.Note(http)}
            {Parts.Facts(
                ("State", Parts.Operation(intent.State)),
                ("Remark", Html.Text(OperationTable.Remark(intent) is { Length: > 0 } remark ? remark : "none")),
                ("Channel", Html.Of($"""<a class="id whole" href="/channels/{intent.ChannelId.ToString()}">{intent.ChannelId.ToString()}</a>""")),
                ("Transaction", Html.Of($"""<span class="id whole">{(intent.TransactionHash is { } hash ? hash.ToString() : "not signed yet")}</span>""")),
                ("Carries out", Html.Text($"{Show.Count(intent.BatchSize)} {(intent.BatchSize == 1 ? "operation" : "operations")}")),
                ("Nonce", Html.Text(intent.Nonce is { } nonce ? Show.Count((long)nonce) : "none yet")),
                ("Block", Html.Text(intent.BlockNumber is { } block ? Show.Count((long)block) : "not mined yet")),
                ("Tries", Html.Text(Show.Count(intent.Attempts))),
                ("Gas", Html.Text(intent.GasUsed is { } used ? $"{Show.Count((long)used)} used" : intent.GasLimit is { } limit ? $"at most {Show.Count((long)limit)}" : "not known yet")),
                ("Fee", OperationTable.Fee(intent)),
                ("Taken in", Parts.TimeMs(intent.EnqueuedAtMs, now)),
                ("Signed", intent.SignedAtMs is { } signedAt ? Parts.TimeMs(signedAt, now) : Html.Text("not yet")),
                ("Ended", intent.EndedAtMs is { } endedAt ? Parts.TimeMs(endedAt, now) : Html.Text("not yet")))}
            """))
        {
            Actions = actions.ForOperation(http, intent),
        };
    }
}
