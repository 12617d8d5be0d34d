using Tachyon.Grains;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Actions;

/// <summary>Something done about one channel.</summary>
internal abstract class ChannelAction(IGrainFactory grains) : IConsoleAction
{
    public async Task<Question?> AskAsync(HttpContext http) =>
        ChannelId.TryParse((string?)http.GetRouteValue("id"), out var id) && await grains.Channel(id).View() is { } view
            ? Ask(view, Parts.Facts(
                ("Channel", Html.Of($"""<span class="id whole">{id.ToString()}</span>""")),
                ("Phase", Parts.Phase(view.Phase)),
                ("Unclaimed", Parts.Money(view.Unclaimed)),
                ("Difference, of tolerated", Parts.Difference(view))))
            : null;

    public async Task<string?> DoAsync(HttpContext http) =>
        RestAnswer.Fault(await DoAsync((string)http.GetRouteValue("id")!, grains));

    /// <summary>The question, below it what is known of the channel.</summary>
    protected abstract Question Ask(ChannelView view, Html facts);

    /// <summary>The same as REST does.</summary>
    protected abstract Task<IResult> DoAsync(string id, IGrainFactory grains);
}

/// <summary>Claims what is unpaid.</summary>
internal sealed class ClaimAction(IGrainFactory grains) : ChannelAction(grains)
{
    protected override Question Ask(ChannelView view, Html facts) => new(
        "Claim now?",
        Html.Of($"<p>A transaction pays the provider {Show.Tokens(view.Unclaimed)}, however little that is against its gas, which this operator's account pays. The channel stays active.</p>{facts}"),
        "Claim",
        "/channels",
        $"/channels/{view.ChannelId}",
        "claim");

    protected override Task<IResult> DoAsync(string id, IGrainFactory grains) => ChannelEndpoints.ClaimAsync(id, grains).AsResult();
}

/// <summary>Has the provider close the channel with the consumer.</summary>
internal sealed class CloseAction(IGrainFactory grains) : ChannelAction(grains)
{
    protected override Question Ask(ChannelView view, Html facts) => new(
        "Close this channel?",
        Html.Of($"<p>The provider's edge is asked to end the channel with the consumer at what was used. Both sign that, it goes to the chain, the provider is paid, the rest of the deposit returns, and the slot is free. If the consumer does not sign, the channel stays active: only a party can close alone.</p>{facts}"),
        "Close",
        "/channels",
        $"/channels/{view.ChannelId}",
        "close");

    protected override Task<IResult> DoAsync(string id, IGrainFactory grains) => ChannelEndpoints.CloseAsync(id, grains).AsResult();
}

/// <summary>Does what the evidence allows.</summary>
internal sealed class ActAction(IGrainFactory grains) : ChannelAction(grains)
{
    protected override Question Ask(ChannelView view, Html facts) => new(
        "Settle what is due?",
        Html.Of($"<p>{What(view)} The gas is paid by this operator's account, whatever the size of the channel.</p>{facts}"),
        "Settle",
        "/channels",
        $"/channels/{view.ChannelId}",
        "act");

    protected override Task<IResult> DoAsync(string id, IGrainFactory grains) => ChannelEndpoints.ActAsync(id, grains).AsResult();

    private static string What(ChannelView view) => view.Phase switch
    {
        ChannelPhase.Active => "If both parties have signed a closure, it goes to the chain now and ends the channel.",
        ChannelPhase.Closing => "Higher evidence known here is shown to the contract; from the deadline on, the channel is settled.",
        _ => "If the time to confirm is over, the deposit goes back to the consumer.",
    };
}
