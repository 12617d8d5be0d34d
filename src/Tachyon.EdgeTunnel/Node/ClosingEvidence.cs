using Tachyon.Chain;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Settlement;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>The newest unit of each side, by side.</summary>
internal sealed record UnitsByParty(SignedUnit? Consumer, SignedUnit? Provider)
{
    public ulong ConsumerBytes => Consumer?.Unit.BytesUsed ?? 0;

    public ulong ProviderBytes => Provider?.Unit.BytesUsed ?? 0;

    public static UnitsByParty Of(SessionRole role, ChannelEvidence? evidence) => role == SessionRole.Consumer
        ? new UnitsByParty(evidence?.Own, evidence?.Peer)
        : new UnitsByParty(evidence?.Peer, evidence?.Own);
}

/// <summary>
/// Which units a node shows when a channel is closed by one side: those of the pair that it stands by (protocol, Settlement).
/// </summary>
internal static class ClosingEvidence
{
    /// <summary>
    /// What goes with startClose: the newest unit of each side. A consumer leaves out a provider's unit that disputes its
    /// own: what it states is for the provider to show, and all that it could do here is burn the consumer's deposit.
    /// </summary>
    public static UnitsByParty ToStart(SessionRole role, Terms terms, UnitsByParty newest) =>
        role == SessionRole.Consumer && SettlementRules.IsDispute(newest.ConsumerBytes, newest.ProviderBytes, terms.TolerancePpm)
            ? newest with { Provider = null }
            : newest;

    /// <summary>
    /// The unit to show on a closing channel, as it stands at the newest block; null when none is called for.
    /// </summary>
    /// <remarks>
    /// A provider shows whatever raises its pay, then its own count where that is in dispute: without it, signing less than
    /// was used would gain a consumer something. A consumer shows its own unit where that turns burned tokens into paid ones
    /// at no higher charge; a provider that shows less of the consumer's than it could otherwise hurts itself alone.
    /// </remarks>
    public static SignedUnit? ToChallenge(SessionRole role, Terms terms, ChannelView view, UnitsByParty newest)
    {
        var now = Outcome(terms, view, view.ConsumerBytes, view.ProviderBytes);
        if (newest.Consumer is { } consumer && Clipped(consumer, view) is var shown && shown > view.ConsumerBytes)
        {
            var then = Outcome(terms, view, shown, view.ProviderBytes);
            var gains = role == SessionRole.Provider
                ? then.Paid > now.Paid
                : then.Burned < now.Burned && then.Charged <= now.Charged;
            if (gains)
            {
                return consumer;
            }
        }

        return role == SessionRole.Provider
            && newest.Provider is { } provider
            && Clipped(provider, view) is var own
            && own > view.ProviderBytes
            && Outcome(terms, view, view.ConsumerBytes, own).Charged > now.Charged
                ? provider
                : null;
    }

    /// <summary>How the channel settles if nobody shows more than is shown at the newest block, or than this node shows to start.</summary>
    public static SettlementOutcome Expected(SessionRole role, Terms terms, ChannelView view, UnitsByParty newest)
    {
        if (view.Status == ChannelStatus.Closing)
        {
            return Outcome(terms, view, view.ConsumerBytes, view.ProviderBytes);
        }

        var shown = ToStart(role, terms, newest);
        return Outcome(terms, view, Math.Max(shown.ConsumerBytes, view.PaidBytes), shown.ProviderBytes);
    }

    private static SettlementOutcome Outcome(Terms terms, ChannelView view, ulong consumerBytes, ulong providerBytes) =>
        SettlementRules.Settle(terms, view.CapacityBytes, consumerBytes, providerBytes, view.PaidBytes);

    private static ulong Clipped(SignedUnit unit, ChannelView view) => Math.Min(unit.Unit.BytesUsed, view.CapacityBytes);
}
