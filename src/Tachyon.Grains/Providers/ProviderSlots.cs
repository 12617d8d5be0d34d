namespace Tachyon.Grains.Providers;

/// <summary>The arithmetic of a provider's slots (protocol, guarantee 4). Pure.</summary>
internal static class ProviderSlots
{
    /// <summary>
    /// The most offered channels that a record keeps. Anyone can open channels to a provider; those beyond this are
    /// still confirmed when asked for, but not pushed again after a reconnect.
    /// </summary>
    internal const int MaxOffered = 256;

    /// <summary>How many more channels can be confirmed.</summary>
    internal static int Free(ProviderRecord record)
    {
        int all = Math.Min(record.Offer?.Slots ?? ProtocolConstants.MaxActiveChannels, ProtocolConstants.MaxActiveChannels);
        return Math.Max(0, all - record.Channels.Count(HoldsSlot));
    }

    /// <summary>The record with a slot promised to the channel.</summary>
    internal static ProviderRecord Reserve(ProviderRecord record, ChannelId channel, string operationId) =>
        Put(record, new ProviderChannel { ChannelId = channel, Slot = SlotState.Reserved, OperationId = operationId });

    /// <summary>The record with a promised slot free again; the channel stays offered.</summary>
    internal static ProviderRecord Release(ProviderRecord record, ChannelId channel) =>
        Put(record, new ProviderChannel { ChannelId = channel, Slot = SlotState.Offered });

    /// <summary>The record after a channel's phase or operations changed; the same instance when that changes nothing here.</summary>
    internal static ProviderRecord Apply(ProviderRecord record, ChannelView view)
    {
        ProviderChannel? known = Find(record, view.ChannelId);
        return view.Phase switch
        {
            // A proxy's locks take no slots.
            _ when view.Terms.Kind != ChannelKind.Direct => record,
            ChannelPhase.Opened when known is null => Offer(record, view.ChannelId),
            ChannelPhase.Opened when known.Slot == SlotState.Reserved && WasRefused(view, known.OperationId) =>
                Put(record, known with { Slot = SlotState.Offered, OperationId = null }),

            // Confirmed before and opened again: a re-organisation took the confirm back. The outbox sends it again.
            ChannelPhase.Opened when known.Slot == SlotState.Taken => Put(record, known with { Slot = SlotState.Reserved }),
            ChannelPhase.Opened => record,
            ChannelPhase.Active or ChannelPhase.Closing when known?.Slot != SlotState.Taken =>
                Put(record, new ProviderChannel { ChannelId = view.ChannelId, Slot = SlotState.Taken, OperationId = known?.OperationId }),
            ChannelPhase.Active or ChannelPhase.Closing => record,
            _ => Remove(record, view.ChannelId),
        };
    }

    /// <summary>The channel, if the record holds it.</summary>
    internal static ProviderChannel? Find(ProviderRecord record, ChannelId channel) =>
        record.Channels.FirstOrDefault(known => known.ChannelId == channel);

    /// <summary>True when the channel counts against the cap.</summary>
    internal static bool HoldsSlot(ProviderChannel channel) => channel.Slot is SlotState.Reserved or SlotState.Taken;

    private static bool WasRefused(ChannelView view, string? operationId) =>
        view.Operations.Any(operation => operation.OperationId == operationId && operation.State == IntentState.Refused);

    private static ProviderRecord Offer(ProviderRecord record, ChannelId channel) =>
        record.Channels.Count(known => known.Slot == SlotState.Offered) >= MaxOffered
            ? record
            : Put(record, new ProviderChannel { ChannelId = channel, Slot = SlotState.Offered });

    private static ProviderRecord Put(ProviderRecord record, ProviderChannel channel)
    {
        ProviderChannel[] channels = [.. record.Channels];
        int at = Array.FindIndex(channels, known => known.ChannelId == channel.ChannelId);
        if (at < 0)
        {
            return record with { Channels = [.. channels, channel] };
        }

        channels[at] = channel;
        return record with { Channels = channels };
    }

    private static ProviderRecord Remove(ProviderRecord record, ChannelId channel) =>
        Find(record, channel) is null
            ? record
            : record with { Channels = [.. record.Channels.Where(known => known.ChannelId != channel)] };
}
