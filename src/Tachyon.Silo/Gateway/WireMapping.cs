using Tachyon.Grains;
using Tachyon.Protocol;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using GrainPhase = Tachyon.Grains.ChannelPhase;
using WirePhase = Tachyon.Protocol.Gateway.ChannelPhase;

namespace Tachyon.Silo.Gateway;

/// <summary>The grains' words in the gateway protocol's. Pure.</summary>
internal static class WireMapping
{
    public static WirePhase PhaseOf(GrainPhase phase) => phase switch
    {
        GrainPhase.Opened => WirePhase.Opened,
        GrainPhase.Active => WirePhase.Active,
        GrainPhase.Closing => WirePhase.Closing,
        GrainPhase.Settled => WirePhase.Settled,
        GrainPhase.Declined => WirePhase.Declined,
        GrainPhase.Expired => WirePhase.Expired,
        _ => WirePhase.None,
    };

    public static SettlementStatus StatusOf(IntentView intent) => new(
        intent.ChannelId,
        OperationOf(intent.Kind),
        ProgressOf(intent.State),
        intent.TransactionHash ?? Bytes32.Zero,
        intent.GasUsed ?? 0,
        intent.Refusal is { } refusal ? $"{refusal.Error} {refusal.Detail}".TrimEnd() : DeclineTexts.Of(intent.DeclineReason));

    public static ChannelViewReply ViewOf(ChannelView view, ChannelEvidence evidence) => new()
    {
        ChannelId = view.ChannelId,
        Terms = view.Terms,
        Phase = PhaseOf(view.Phase),
        CapacityBytes = view.CapacityBytes,
        PaidBytes = view.PaidBytes,
        ConfirmBeforeSeconds = view.ConfirmBeforeSeconds,
        SettleFromSeconds = view.SettleFromSeconds,
        Units = evidence.ConsumerUnit is null && evidence.ProviderUnit is null
            ? null
            : new ChannelUnits(evidence.ConsumerUnit, evidence.ProviderUnit),
        ConsumerClosure = evidence.ConsumerClosure,
        ProviderClosure = evidence.ProviderClosure,
    };

    public static ProviderOffer OfferOf(Announce announce) => new()
    {
        Endpoint = announce.Endpoint,
        PricePerMB = announce.PricePerMB,
        ToleranceLimitPpm = announce.ToleranceLimitPpm,
        MinCapacityBytes = announce.MinCapacityBytes,
        MaxCapacityBytes = announce.MaxCapacityBytes,
        Slots = announce.Slots,
        ChannelCapBytes = announce.ChannelCapBytes,
        MonthlyCapBytes = announce.MonthlyCapBytes,
    };

    public static Protocol.Matching.ProviderOffer OfferOf(DirectoryEntry entry) => new(
        entry.Provider,
        entry.Offer.Endpoint,
        entry.Offer.PricePerMB,
        entry.Offer.ToleranceLimitPpm,
        entry.FreeSlots,
        entry.Offer.MaxCapacityBytes == 0 ? ProtocolConstants.MaxCapacityBytes : entry.Offer.MaxCapacityBytes,
        entry.LiveUntilMs);

    public static ChannelUnitsAck AckOf(ChannelId channelId, SubmitUnitsResult result) => new(
        channelId,
        Refusals.Of(result.Refusal),
        result.ConsumerIndex,
        result.ConsumerBytes,
        result.ProviderIndex,
        result.ProviderBytes,
        result.Answer);

    private static SettlementOperation OperationOf(IntentKind kind) => kind switch
    {
        IntentKind.Confirm => SettlementOperation.Confirm,
        IntentKind.Decline => SettlementOperation.Decline,
        IntentKind.CooperativeClose => SettlementOperation.CooperativeClose,
        IntentKind.StartClose => SettlementOperation.StartClose,
        IntentKind.Challenge => SettlementOperation.Challenge,
        IntentKind.Settle => SettlementOperation.Settle,
        IntentKind.Claim => SettlementOperation.Claim,
        IntentKind.WithdrawUnconfirmed => SettlementOperation.WithdrawUnconfirmed,
        IntentKind.Open => SettlementOperation.Open,
        IntentKind.TopUp => SettlementOperation.TopUp,
        IntentKind.Approve => SettlementOperation.Approve,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The gateway protocol has no word for this operation."),
    };

    private static SettlementProgress ProgressOf(IntentState state) => state switch
    {
        IntentState.Queued => SettlementProgress.Queued,
        IntentState.Signed or IntentState.Sent or IntentState.Mined => SettlementProgress.Sent,
        IntentState.Succeeded => SettlementProgress.Done,
        IntentState.Refused => SettlementProgress.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "The gateway protocol has no word for this state."),
    };
}
