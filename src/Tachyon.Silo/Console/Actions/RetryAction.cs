using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Console.Pages;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Actions;

/// <summary>Tries an operation of the outbox now.</summary>
internal sealed class RetryAction(IGrainFactory grains, IAccountSigner account) : IConsoleAction
{
    public async Task<Question?> AskAsync(HttpContext http)
    {
        var id = (string)http.GetRouteValue("operationId")!;
        return await grains.Settlement(account.Address).Find(id) is { } intent
            ? new Question(
                "Try again now?",
                Html.Of(
                    $"""
                    <p>What waits waits no longer, a transaction that is not mined pays present fees within the limits, and what was refused is tried again.</p>
                    {Parts.Facts(
                        ("Operation", Html.Text(Words.Of(intent.Kind))),
                        ("State", Parts.Operation(intent.State)),
                        ("Remark", Html.Text(OperationTable.Remark(intent))))}
                    """),
                "Try again",
                "/settlement",
                $"/settlement/{Uri.EscapeDataString(id)}",
                "retry")
            : null;
    }

    public async Task<string?> DoAsync(HttpContext http) =>
        RestAnswer.Fault(await SettlementEndpoints.RetryAsync((string)http.GetRouteValue("operationId")!, grains, account).AsResult());
}
