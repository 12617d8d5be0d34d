using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Gateway;

/// <summary>The grains' refusals in the gateway protocol's reasons, with a text that says what to do. Pure.</summary>
internal static class Refusals
{
    /// <summary>How long until the chain or the outbox has moved on.</summary>
    private const uint LaterMs = 2_000;

    public static Refused Reply(RefusalReason reason, string? detail = null, uint? retryAfterMs = null) => new(
        reason,
        detail is null ? TextOf(reason) : $"{TextOf(reason)} ({detail})",
        retryAfterMs ?? (reason is RefusalReason.UnknownChannel or RefusalReason.OutboxFull ? LaterMs : 0));

    public static Refused TooManyUnknown(NamedChannels names) =>
        Reply(RefusalReason.TooManyUnknown, retryAfterMs: names.RetryAfterMs);

    public static RefusalReason Of(UnitRefusal refusal) => refusal switch
    {
        UnitRefusal.None => RefusalReason.None,
        UnitRefusal.UnknownChannel => RefusalReason.UnknownChannel,
        UnitRefusal.WrongPhase => RefusalReason.WrongPhase,
        UnitRefusal.OtherChannel or UnitRefusal.OtherParties => RefusalReason.OtherChannel,
        UnitRefusal.WrongSigner => RefusalReason.WrongSigner,
        UnitRefusal.Contradiction => RefusalReason.Contradiction,
        UnitRefusal.AboveCapacity => RefusalReason.AboveCapacity,
        UnitRefusal.NotWholeKB => RefusalReason.NotWholeKB,
        UnitRefusal.TimestampAhead => RefusalReason.TimestampAhead,
        UnitRefusal.IndexZero => RefusalReason.IndexZero,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "The gateway protocol has no word for this refusal."),
    };

    public static RefusalReason Of(ClosureRefusal refusal) => refusal switch
    {
        ClosureRefusal.None => RefusalReason.None,
        ClosureRefusal.UnknownChannel => RefusalReason.UnknownChannel,
        ClosureRefusal.WrongPhase => RefusalReason.WrongPhase,
        ClosureRefusal.OtherChannel => RefusalReason.OtherChannel,
        ClosureRefusal.WrongSigner => RefusalReason.WrongSigner,
        ClosureRefusal.BelowPaid => RefusalReason.BelowPaid,
        ClosureRefusal.AboveCapacity => RefusalReason.AboveCapacity,
        ClosureRefusal.NotWholeKB => RefusalReason.NotWholeKB,
        ClosureRefusal.Expired => RefusalReason.Expired,
        ClosureRefusal.TooFarAhead => RefusalReason.TooFarAhead,
        ClosureRefusal.OutboxFull => RefusalReason.OutboxFull,
        ClosureRefusal.OtherClosureSigned => RefusalReason.OtherClosureSigned,
        ClosureRefusal.DepositTooSmall => RefusalReason.DepositTooSmall,
        ClosureRefusal.BelowPromised => RefusalReason.BelowPromised,
        ClosureRefusal.NotARouteStep => RefusalReason.NotARouteStep,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "The gateway protocol has no word for this refusal."),
    };

    public static RefusalReason Of(RelayRefusal refusal) => refusal switch
    {
        RelayRefusal.None => RefusalReason.None,
        RelayRefusal.UnknownChannel => RefusalReason.UnknownChannel,
        RelayRefusal.WrongPhase => RefusalReason.WrongPhase,
        RelayRefusal.OtherChannel => RefusalReason.OtherChannel,
        RelayRefusal.WrongSigner => RefusalReason.WrongSigner,
        RelayRefusal.Expired => RefusalReason.Expired,
        RelayRefusal.TooFarAhead => RefusalReason.TooFarAhead,
        RelayRefusal.SlotsFull => RefusalReason.SlotsFull,
        RelayRefusal.PriceBelowFloor => RefusalReason.PriceBelowOffer,
        RelayRefusal.ToleranceAboveLimit => RefusalReason.ToleranceAboveLimit,
        RelayRefusal.Draining => RefusalReason.Draining,
        RelayRefusal.ConfirmTimePassed => RefusalReason.ConfirmTimePassed,
        RelayRefusal.OutboxFull => RefusalReason.OutboxFull,
        RelayRefusal.CapacityOutsideOffer => RefusalReason.CapacityOutsideOffer,
        RelayRefusal.AboveChannelCap => RefusalReason.AboveChannelCap,
        RelayRefusal.MonthlyCapReached => RefusalReason.MonthlyCapReached,
        RelayRefusal.ProviderAway => RefusalReason.ProviderAway,
        RelayRefusal.TooManyAcceptances => RefusalReason.TooManyAcceptances,
        RelayRefusal.DepositMissing => RefusalReason.DepositMissing,
        RelayRefusal.Blacklisted => RefusalReason.Blacklisted,
        RelayRefusal.DepositTooSmall => RefusalReason.DepositTooSmall,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "The gateway protocol has no word for this refusal."),
    };

    public static RefusalReason Of(StatementRefusal refusal) => refusal switch
    {
        StatementRefusal.None => RefusalReason.None,
        StatementRefusal.UnknownChannel => RefusalReason.UnknownChannel,
        StatementRefusal.NotAParty => RefusalReason.NotYours,
        StatementRefusal.NothingPaid => RefusalReason.NothingPaid,
        StatementRefusal.BadStatement => RefusalReason.BadStatement,
        StatementRefusal.BadEvidence => RefusalReason.BadEvidence,
        StatementRefusal.WrongSigner => RefusalReason.WrongSigner,
        StatementRefusal.Older => RefusalReason.OlderStatement,
        StatementRefusal.TooMany => RefusalReason.TooManyStatements,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "The gateway protocol has no word for this refusal."),
    };

    /// <summary>What a provider's edge gives as its reason, as the grains know it; what is no reason to decline is none.</summary>
    public static RelayRefusal ToGrain(RefusalReason reason) => Enum.GetValues<RelayRefusal>().FirstOrDefault(refusal => Of(refusal) == reason);

    /// <summary>To a consumer whose terms are not accepted.</summary>
    public static Refused ToConsumer(RelayRefusal refusal) => new(Of(refusal), DeclineTexts.Of(refusal));

    public static GatewayReply Reply(AnnounceRefusal refusal) => refusal switch
    {
        AnnounceRefusal.None => Accepted.Instance,
        AnnounceRefusal.NothingAnnounced => Reply(RefusalReason.NotAnnounced),
        AnnounceRefusal.BadEndpoint => Reply(RefusalReason.BadOffer, "the endpoint must be host:port"),
        AnnounceRefusal.BadPrice => Reply(RefusalReason.BadOffer, "the price must be above zero and fit 96 bits"),
        AnnounceRefusal.BadTolerance => Reply(RefusalReason.BadOffer, "the tolerance must be at most 1,000,000 ppm"),
        AnnounceRefusal.BadCapacity => Reply(RefusalReason.BadOffer, "the smallest capacity must not be above the largest, nor above a cap"),
        AnnounceRefusal.DirectoryFull => Reply(RefusalReason.DirectoryFull),
        AnnounceRefusal.BadSlots => Reply(RefusalReason.BadOffer, "the slots must be 1 to 5"),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "The gateway protocol has no word for this refusal."),
    };

    private static string TextOf(RefusalReason reason) => reason switch
    {
        RefusalReason.NotYours => "you are not the party of this channel who may ask this",
        RefusalReason.UnknownChannel => "the chain has not shown this channel to the silo yet; ask again when it is final",
        RefusalReason.WrongPhase => "the channel's phase does not allow this; look at the channel first",
        RefusalReason.OtherChannel => "this is of another channel or names other parties",
        RefusalReason.WrongSigner => "the signature is malformed or not of the right party",
        RefusalReason.Contradiction => "this contradicts a unit that the silo already has",
        RefusalReason.AboveCapacity => "more bytes than the channel's capacity",
        RefusalReason.BelowPaid => "fewer bytes than claims on chain have already paid for",
        RefusalReason.NotWholeKB => "the bytes are not in whole KB",
        RefusalReason.IndexZero => "a unit's index counts from 1",
        RefusalReason.TimestampAhead => "the timestamp is more than 60 s ahead of the silo's clock; set your clock",
        RefusalReason.Expired => "its validUntil has passed or is too near; sign a later one",
        RefusalReason.TooFarAhead => "its validUntil is more than 86,400 s ahead; sign an earlier one",
        RefusalReason.ConfirmTimePassed => "the time to confirm this channel has passed",
        RefusalReason.SlotsFull => "all of the provider's slots are taken; settle a channel first",
        RefusalReason.PriceBelowOffer => "the channel's price is below your offer",
        RefusalReason.ToleranceAboveLimit => "the channel's tolerance is above your limit",
        RefusalReason.CapacityOutsideOffer => "the channel's capacity is outside your offer",
        RefusalReason.AboveChannelCap => "the channel's capacity is above your cap per channel",
        RefusalReason.MonthlyCapReached => "your monthly cap, less what is promised to your channels, is below the channel's capacity",
        RefusalReason.ProviderAway => "the provider is not there",
        RefusalReason.TooManyAcceptances => "too many acceptances wait to be used",
        RefusalReason.DepositMissing => "the consumer's account does not hold the deposit",
        RefusalReason.DirectoryFull => "the directory lists as many providers as it can hold; try again later",
        RefusalReason.Draining => "you are draining; end that to take channels",
        RefusalReason.NotAnnounced => "announce an offer first",
        RefusalReason.BadOffer => "the offer breaks a rule",
        RefusalReason.OutboxFull => "the silo's outbox is full; ask again in a moment",
        RefusalReason.TooManyUnknown => "you, or your address, named too many channels that are unknown here; ask again later",
        RefusalReason.OtherClosureSigned => "another closure of its signer, or of both sides, is still valid and stands",
        RefusalReason.DepositTooSmall => "the deposit is below the least for which this operator sends transactions; send them from your own account, or open a larger channel",
        RefusalReason.NothingPaid => "the channel has paid nothing yet, so it carries no statement about its parties; publish again once it has",
        RefusalReason.BadStatement => "the statement's reason is unknown or its time more than 60 s ahead of the silo's clock",
        RefusalReason.BadEvidence => "the evidence is not what the statement names, or proves nothing against its subject",
        RefusalReason.OlderStatement => "a newer statement of yours about this node stands; sign one with a later time",
        RefusalReason.TooManyStatements => "you published as many statements as you may of this channel, today, or at all; take one back, or wait a day, or name another channel with this node",
        RefusalReason.BelowPromised => "fewer bytes than the proxy has promised to the exit for this lock; sign a closure of what your newest unit states, up to a route step",
        RefusalReason.NotARouteStep => "a lock is closed at a multiple of the proxy's route step or at its whole capacity; sign up to the next step first",
        RefusalReason.Blacklisted => "one of the two parties blacklisted the other",
        _ => "refused",
    };
}
