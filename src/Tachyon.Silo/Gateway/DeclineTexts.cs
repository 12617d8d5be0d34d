using Tachyon.Grains;

namespace Tachyon.Silo.Gateway;

/// <summary>Why a provider does not take a channel and what to do next, as a sentence for its consumer. Pure.</summary>
internal static class DeclineTexts
{
    /// <summary>The sentence; empty where no reason was given.</summary>
    public static string Of(RelayRefusal refusal) => refusal switch
    {
        RelayRefusal.None => "",
        RelayRefusal.SlotsFull => "all of the provider's slots are taken: use another provider, or try again later",
        RelayRefusal.PriceBelowFloor => "the price is below what the provider asks: start again for its present price, raise --max-price, or use another provider",
        RelayRefusal.ToleranceAboveLimit => "the tolerance is above what the provider accepts: lower --tolerance, or use another provider",
        RelayRefusal.CapacityOutsideOffer => "the capacity is outside what the provider offers: change --capacity, or use another provider",
        RelayRefusal.AboveChannelCap => "the capacity is above what the provider serves on one channel: lower --capacity, or use another provider",
        RelayRefusal.MonthlyCapReached => "the provider may not serve as much more this month: lower --capacity, or use another provider",
        RelayRefusal.Draining => "the provider drains, and takes no new channels: use another provider, or try again later",
        RelayRefusal.ConfirmTimePassed => "the time to confirm has passed",
        RelayRefusal.Blacklisted => "one of the two parties blacklisted the other: use another provider (tachyon-edge blacklist list shows your own list)",
        RelayRefusal.ProviderAway => "the provider is not there or did not answer",
        RelayRefusal.TooManyAcceptances => "as many acceptances as may be out at a time wait to be used",
        RelayRefusal.DepositMissing => "your account does not hold the deposit",
        RelayRefusal.DepositTooSmall => "the deposit is below the least for which the provider's operator sends transactions; open a larger channel",
        RelayRefusal.OtherChannel => "the provider serves direct channels on sound terms of its own only",
        RelayRefusal.WrongPhase => "the channel was opened already",
        _ => "the provider refuses these terms",
    };
}
