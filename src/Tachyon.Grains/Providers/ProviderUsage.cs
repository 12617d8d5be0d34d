namespace Tachyon.Grains.Providers;

/// <summary>
/// What a provider has served in a calendar month (UTC), and what it has promised: the arithmetic of its caps. Pure.
/// </summary>
/// <remarks>
/// Everything is the difference of cumulative counts, so that nothing can be counted twice. A channel met for the first
/// time counts from 0: then the month may look fuller than it is, never emptier.
/// </remarks>
internal static class ProviderUsage
{
    /// <summary>How many ended channels are kept one by one. A re-organisation that brings back an older one counts it again.</summary>
    internal const int MaxEnded = 64;

    /// <summary>The calendar month that the time lies in.</summary>
    internal static int MonthOf(DateTimeOffset utc) => (utc.Year * 12) + utc.Month - 1;

    /// <summary>The record in the given month: what was used before it counts no more. A month that has passed changes nothing.</summary>
    internal static ProviderRecord Roll(ProviderRecord record, int month) => month <= record.Month
        ? record
        : record with
        {
            Month = month,
            Ended = [],
            EndedBytes = 0,
            Channels = [.. record.Channels.Select(channel => channel with { UsedBeforeMonthBytes = channel.UsedBytes })],
        };

    /// <summary>The record with the channels' counts as far as they are higher.</summary>
    internal static ProviderRecord See(ProviderRecord record, IReadOnlyDictionary<ChannelId, ulong> usedBytes) =>
        record.Channels.Any(channel => usedBytes.GetValueOrDefault(channel.ChannelId) > channel.UsedBytes)
            ? record with { Channels = [.. record.Channels.Select(channel => See(channel, usedBytes.GetValueOrDefault(channel.ChannelId)))] }
            : record;

    /// <summary>What the channel's count is, by all that is known here.</summary>
    internal static ulong UsedBytes(ChannelView view) => Math.Max(view.ProviderBytes, view.Settlement?.SettledBytes ?? 0);

    /// <summary>Bytes served in the record's month.</summary>
    internal static ulong MonthBytes(ProviderRecord record) =>
        record.EndedBytes + Sum(record.Ended, InMonth) + Sum(record.Channels, InMonth);

    /// <summary>Bytes that channels with a slot have paid deposits for and not used, without the one given.</summary>
    internal static ulong PromisedBytes(ProviderRecord record, ChannelId? without = null) => Sum(
        record.Channels.Where(channel => ProviderSlots.HoldsSlot(channel) && channel.ChannelId != without),
        channel => Less(channel.CapacityBytes, channel.UsedBytes));

    /// <summary>What is left of the monthly cap; null without one.</summary>
    internal static ulong? MonthBytesLeft(ProviderRecord record) =>
        record.Offer is { MonthlyCapBytes: > 0 and var cap } ? Less(cap, MonthBytes(record)) : null;

    /// <summary>
    /// The largest capacity that a new channel may have, in whole KB: the offer's limit, the cap per channel, and what
    /// the month has left beyond what was promised already.
    /// </summary>
    internal static ulong LargestCapacityBytes(ProviderRecord record, ChannelId? without = null)
    {
        ulong largest = ProtocolConstants.MaxCapacityBytes;
        if (record.Offer is not { } offer)
        {
            return largest;
        }

        largest = Math.Min(largest, offer.MaxCapacityBytes == 0 ? ulong.MaxValue : offer.MaxCapacityBytes);
        largest = Math.Min(largest, offer.ChannelCapBytes == 0 ? ulong.MaxValue : offer.ChannelCapBytes);
        largest = Math.Min(largest, MonthBytesFree(record, without));
        return largest - (largest % ProtocolConstants.BytesPerKB);
    }

    /// <summary>What is left of the monthly cap and promised to nobody; without a cap, all there is.</summary>
    internal static ulong MonthBytesFree(ProviderRecord record, ChannelId? without = null) =>
        MonthBytesLeft(record) is { } left ? Less(left, PromisedBytes(record, without)) : ulong.MaxValue;

    /// <summary>The record without the channel, whose use of the month is kept.</summary>
    internal static ProviderRecord End(ProviderRecord record, ProviderChannel channel)
    {
        ProviderChannel[] rest = [.. record.Channels.Where(known => known.ChannelId != channel.ChannelId)];
        if (InMonth(channel) == 0)
        {
            return record with { Channels = rest };
        }

        ProviderChannel[] ended = [.. record.Ended.Where(known => known.ChannelId != channel.ChannelId), channel];
        int folded = Math.Max(0, ended.Length - MaxEnded);
        return record with
        {
            Channels = rest,
            Ended = ended[folded..],
            EndedBytes = record.EndedBytes + Sum(ended[..folded], InMonth),
        };
    }

    /// <summary>The channel as it stood when it ended, if it did in this month; otherwise new.</summary>
    internal static ProviderChannel Begin(ProviderRecord record, ChannelId channel) =>
        record.Ended.FirstOrDefault(known => known.ChannelId == channel)
        ?? new ProviderChannel { ChannelId = channel, Slot = SlotState.None };

    private static ProviderChannel See(ProviderChannel channel, ulong usedBytes) =>
        usedBytes > channel.UsedBytes ? channel with { UsedBytes = usedBytes } : channel;

    private static ulong InMonth(ProviderChannel channel) => Less(channel.UsedBytes, channel.UsedBeforeMonthBytes);

    private static ulong Less(ulong from, ulong bytes) => from > bytes ? from - bytes : 0;

    private static ulong Sum(IEnumerable<ProviderChannel> channels, Func<ProviderChannel, ulong> bytes) =>
        channels.Aggregate(0UL, (sum, channel) => sum + bytes(channel));
}
