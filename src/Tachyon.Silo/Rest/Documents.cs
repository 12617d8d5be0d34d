using Tachyon.Grains;
using Tachyon.Protocol.EvidenceFiles;

namespace Tachyon.Silo.Rest;

/// <summary>A channel. Ids and addresses are hex, amounts base units in decimal digits, since JSON numbers cannot hold them.</summary>
internal sealed record ChannelDocument(
    string ChannelId,
    TermsExport Terms,
    string Phase,
    ulong CapacityBytes,
    ulong ConsumerBytes,
    ulong ProviderBytes,
    ulong AllowedDifferenceBytes,
    bool Agreed,
    ulong PaidBytes,
    string Paid,
    ulong UnclaimedBytes,
    string Unclaimed,
    ulong ConfirmBeforeSeconds,
    ulong SettleFromSeconds,
    SettlementDocument? Settlement,
    ulong? ConsumerClosureBytes,
    ulong? ProviderClosureBytes,
    bool ConsumerContradicted,
    bool ProviderContradicted,
    IReadOnlyList<OperationDocument> Operations)
{
    public static ChannelDocument Of(ChannelView view) => new(
        view.ChannelId.ToString(),
        TermsExport.Of(view.Terms),
        view.Phase.ToString().ToLowerInvariant(),
        view.CapacityBytes,
        view.ConsumerBytes,
        view.ProviderBytes,
        view.AllowedDifferenceBytes,
        view.Agreed,
        view.PaidBytes,
        view.Paid.ToString(),
        view.UnclaimedBytes,
        view.Unclaimed.ToString(),
        view.ConfirmBeforeSeconds,
        view.SettleFromSeconds,
        view.Settlement is { } figures ? SettlementDocument.Of(figures) : null,
        view.ConsumerClosureBytes,
        view.ProviderClosureBytes,
        view.ConsumerContradicted,
        view.ProviderContradicted,
        [.. view.Operations.Select(OperationDocument.Of)]);
}

/// <summary>Some of the channels.</summary>
/// <param name="Channels">Those of this page that fit; there may be none although there are further pages.</param>
/// <param name="Next">To be given as cursor for the next page; null when there is none.</param>
internal sealed record ChannelListDocument(IReadOnlyList<ChannelDocument> Channels, string? Next);

/// <summary>How a channel ended.</summary>
internal sealed record SettlementDocument(ulong SettledBytes, string Paid, string Burned, string Refunded, bool Cooperative)
{
    public static SettlementDocument Of(SettlementFigures figures) => new(
        figures.SettledBytes, figures.Paid.ToString(), figures.Burned.ToString(), figures.Refunded.ToString(), figures.Cooperative);
}

/// <summary>A provider as this silo sees it.</summary>
/// <param name="Provider">Its address.</param>
/// <param name="Live">Whether its last sign of life is recent enough.</param>
/// <param name="Draining">Whether it takes no new channels.</param>
/// <param name="FreeSlots">How many more channels it can take now.</param>
/// <param name="Offer">Its newest offer.</param>
/// <param name="ActiveChannels">Channels that hold a slot on chain.</param>
/// <param name="ReservedChannels">Channels whose confirm is on its way.</param>
/// <param name="AcceptedChannels">Channels that a consumer may open with an acceptance.</param>
/// <param name="MonthBytesUsed">Bytes served in this calendar month (UTC).</param>
/// <param name="MonthBytesLeft">What is left of its monthly cap; null without one.</param>
internal sealed record ProviderDocument(
    string Provider,
    bool Live,
    bool Draining,
    int FreeSlots,
    OfferDocument? Offer,
    IReadOnlyList<string> ActiveChannels,
    IReadOnlyList<string> ReservedChannels,
    IReadOnlyList<string> AcceptedChannels,
    ulong MonthBytesUsed,
    ulong? MonthBytesLeft)
{
    public static ProviderDocument Of(ProviderView view) => new(
        view.Provider.ToString(),
        view.Live,
        view.Draining,
        view.FreeSlots,
        view.Offer is { } offer ? OfferDocument.Of(offer) : null,
        [.. view.ActiveChannels.Select(id => id.ToString())],
        [.. view.ReservedChannels.Select(id => id.ToString())],
        [.. view.AcceptedChannels.Select(id => id.ToString())],
        view.MonthBytesUsed,
        view.MonthBytesLeft);
}

/// <summary>Whether a provider is to drain.</summary>
/// <param name="Draining">True for no new channels, false to take them again.</param>
internal sealed record DrainDocument(bool Draining);

/// <summary>What a provider offers.</summary>
internal sealed record OfferDocument(
    string Endpoint,
    string PricePerMB,
    uint ToleranceLimitPpm,
    ulong MinCapacityBytes,
    ulong MaxCapacityBytes,
    int Slots,
    ulong ChannelCapBytes,
    ulong MonthlyCapBytes)
{
    public static OfferDocument Of(Grains.ProviderOffer offer) => new(
        offer.Endpoint, offer.PricePerMB.ToString(), offer.ToleranceLimitPpm, offer.MinCapacityBytes, offer.MaxCapacityBytes, offer.Slots, offer.ChannelCapBytes, offer.MonthlyCapBytes);
}

/// <summary>Live providers.</summary>
/// <param name="Live">How many there are in all.</param>
/// <param name="Providers">Those closest to the address that was asked for.</param>
internal sealed record ProviderListDocument(int Live, IReadOnlyList<MatchedDocument> Providers);

/// <summary>Providers for a consumer, closest first.</summary>
internal sealed record MatchDocument(string Consumer, string? EpochSeed, IReadOnlyList<MatchedDocument> Offers);

/// <summary>One provider of a match.</summary>
internal sealed record MatchedDocument(
    string Provider, string Endpoint, string PricePerMB, uint TolerancePpm, int FreeSlots, ulong MaxCapacityBytes, ulong AliveUntilMs)
{
    public static MatchedDocument Of(Protocol.Matching.ProviderOffer offer) => new(
        offer.Provider.ToString(),
        offer.Endpoint,
        offer.PricePerMB.ToString(),
        offer.TolerancePpm,
        offer.FreeSlots,
        offer.MaxCapacityBytes,
        offer.AliveUntilMs);
}
