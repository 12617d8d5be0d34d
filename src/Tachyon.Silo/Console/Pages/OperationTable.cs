using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>Operations on chain with their transactions.</summary>
internal static class OperationTable
{
    public static Html Of(string caption, IEnumerable<IntentView> operations, DateTimeOffset now, string whenEmpty, bool showChannel)
    {
        Column[] columns =
        [
            new("Operation"), .. showChannel ? [new Column("Channel")] : Array.Empty<Column>(), new("State"), new("Transaction"), new("Nonce", true),
            new("Tries", true), new("Fee", true), new("Taken in", true), new("Remark"),
        ];
        var table = new Table(caption, columns);
        foreach (var intent in operations)
        {
            table.Add(
                $"op-{intent.OperationId}",
                [
                    Html.Of($"""<a href="/settlement/{Uri.EscapeDataString(intent.OperationId)}">{Words.Of(intent.Kind)}</a>"""),
                    .. showChannel ? [Parts.Channel(intent.ChannelId)] : Array.Empty<Html>(),
                    Parts.Operation(intent.State),
                    intent.TransactionHash is { } hash ? Parts.Id(hash.ToString()) : None("not signed yet"),
                    intent.Nonce is { } nonce ? Html.Text(Show.Count((long)nonce)) : None("none"),
                    Html.Text(Show.Count(intent.Attempts)),
                    Fee(intent),
                    Parts.TimeMs(intent.EnqueuedAtMs, now),
                    Html.Text(Remark(intent)),
                ]);
        }

        return table.Render(whenEmpty);
    }

    /// <summary>What it cost, or may cost at most.</summary>
    public static Html Fee(IntentView intent) => intent switch
    {
        { GasUsed: { } gas, GasPriceWei: { } price } => Html.Text(Show.Ether(gas * price)),
        { MaxFeePerGasWei: { } most } => Html.Of($"""<span class="of">at most</span> {Show.Gwei(most)}/gas"""),
        _ => None("none"),
    };

    public static string Remark(IntentView intent) =>
        intent.Refusal is { } refusal ? $"refused: {refusal.Error} {refusal.Detail}".TrimEnd() : intent.Waits is { } waits ? $"waits: {waits}" : "";

    private static Html None(string text) => Html.Of($"""<span class="none">{text}</span>""");
}
