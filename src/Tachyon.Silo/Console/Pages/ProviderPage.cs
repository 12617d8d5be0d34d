using Tachyon.Grains;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>One provider: what it offers, its slots, its channels.</summary>
internal sealed class ProviderPage(IGrainFactory grains, ActionBar actions, TimeProvider time) : IConsolePage
{
    public async Task<Page> RenderAsync(HttpContext http)
    {
        var text = (string?)http.GetRouteValue("address");
        if (!Address.TryParse(text, out var provider))
        {
            return Missing.Page("No such provider", "/providers", $"{text} is no address.");
        }

        var view = await grains.Provider(provider).View();
        ChannelId[] ids = [.. view.ActiveChannels, .. view.ReservedChannels, .. view.AcceptedChannels];
        if (view.Offer is null && ids.Length == 0)
        {
            return Missing.Page("No such provider", "/providers", $"{provider} has announced nothing to this operator's silos.");
        }

        var channels = await Task.WhenAll(ids.Select(id => grains.Channel(id).View()));
        return new Page($"Provider {Show.Short(provider.ToString())}", "/providers", Html.Of(
            $"""
            {Done.Note(http)}
            <p class="whole id">{provider.ToString()}</p>
            {Parts.Facts(
                ("State", ProvidersPage.State(view)),
                ("Slots", ProvidersPage.Slots(view)),
                ("This month, of its cap", ProvidersPage.Month(view)))}
            <section aria-labelledby="offer"><h2 id="offer">Offer</h2>{Offer(view.Offer)}</section>
            <section aria-labelledby="channels"><h2 id="channels">Channels in its slots</h2>
            {ChannelTable.Of("Channels that hold a slot, or to which one is promised", channels.OfType<ChannelView>(), time.GetUtcNow(), "All slots are free.")}
            <p><a href="/channels?party={provider.ToString()}">All its channels</a></p></section>
            """))
        {
            Actions = actions.ForProvider(http, view),
        };
    }

    private static Html Offer(ProviderOffer? offer) => offer is null ? Parts.Empty("It has made none here.") : Parts.Facts(
        ("Endpoint", Html.Of($"""<span class="id">{offer.Endpoint}</span>""")),
        ("Price", Html.Text(Show.Price(offer.PricePerMB))),
        ("Tolerates", Html.Text($"up to {Show.Percent(offer.ToleranceLimitPpm)}")),
        ("Slots offered", Html.Text(Show.Count(offer.Slots))),
        ("Capacity", Html.Text($"{(offer.MinCapacityBytes > 0 ? $"from {Show.Bytes(offer.MinCapacityBytes)}" : "any")}{(offer.MaxCapacityBytes > 0 ? $" up to {Show.Bytes(offer.MaxCapacityBytes)}" : "")}")),
        ("Cap per channel", Html.Text(offer.ChannelCapBytes > 0 ? Show.Bytes(offer.ChannelCapBytes) : "none")),
        ("Cap per month", Html.Text(offer.MonthlyCapBytes > 0 ? Show.Bytes(offer.MonthlyCapBytes) : "none")));
}
