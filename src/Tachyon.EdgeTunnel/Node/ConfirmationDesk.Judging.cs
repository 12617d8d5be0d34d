using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <content>What this provider takes.</content>
internal sealed partial class ConfirmationDesk
{
    /// <summary>Slots taken by channels, and by confirmations that the chain has not shown yet.</summary>
    public int SlotsUsed => Holding().Count();

    private IEnumerable<ChannelRecord> Holding() => book.All.Where(channel =>
        channel.Role == SessionRole.Provider
        && (channel.Stage is ChannelStage.Active or ChannelStage.Closing
            || (channel.Stage == ChannelStage.Opened && journal.Decisions.Find(channel.ChannelId)?.Decision == OpeningDecision.Confirm)));

    /// <summary>Why the channel is declined; null when it is taken.</summary>
    private Objection? Judge(ChannelId channelId, Terms terms, ulong capacityBytes)
    {
        if (peers.WhyNot(terms.Consumer) is { } why)
        {
            return new Objection(RefusalReason.Blacklisted, $"its consumer {why.Text}");
        }

        if (terms.Kind != ChannelKind.Direct)
        {
            return new Objection(RefusalReason.OtherChannel, $"its kind is {terms.Kind}, this provider serves direct channels");
        }

        if (terms.Consumer == gateway.Operator && !options.AcceptRoutes.Allows(terms.Consumer))
        {
            // A channel of the operator's own is a pool: its routes would lead nowhere, and its deposit would lie idle.
            return new Objection(RefusalReason.UnknownExit, "this provider takes no routes of that proxy");
        }

        if (terms.PricePerMB < options.PricePerMB)
        {
            return new Objection(
                RefusalReason.PriceBelowOffer, $"its price of {terms.PricePerMB.ToTokens()} IPX per MB is below {options.PricePerMB.ToTokens()}");
        }

        if (terms.TolerancePpm > options.ToleranceLimitPpm)
        {
            return new Objection(
                RefusalReason.ToleranceAboveLimit, $"its tolerance of {terms.TolerancePpm} ppm is above {options.ToleranceLimitPpm}");
        }

        if (options.ChannelCapBytes != 0 && capacityBytes > options.ChannelCapBytes)
        {
            return new Objection(
                RefusalReason.AboveChannelCap, $"its capacity of {capacityBytes} bytes is above the cap per channel of {options.ChannelCapBytes}");
        }

        var freeBytes = cap.FreeBytes(PromisedBytes(channelId));
        return capacityBytes > freeBytes
            ? new Objection(RefusalReason.MonthlyCapReached, $"its capacity of {capacityBytes} bytes is above the {freeBytes} that this month has left for new channels")
            : null;
    }

    private ulong PromisedBytes(ChannelId without)
    {
        var promised = 0UL;
        foreach (var channel in Holding().Where(channel => channel.ChannelId != without))
        {
            var counted = countedBytes(channel.ChannelId);
            promised += channel.CapacityBytes > counted ? channel.CapacityBytes - counted : 0;
        }

        foreach (var (channelId, accepted) in Outstanding())
        {
            promised += channelId == without ? 0 : accepted.Terms.CapacityBytes;
        }

        return promised;
    }

    private sealed record Objection(RefusalReason Reason, string Text);
}
