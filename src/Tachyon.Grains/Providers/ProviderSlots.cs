namespace Tachyon.Grains.Providers;

/// <summary>The arithmetic of a provider's slots (protocol, guarantee 4). Pure.</summary>
internal static class ProviderSlots
{
    /// <summary>
    /// The most offered channels that a record keeps. Anyone can open channels to a provider; those beyond this are
    /// still confirmed when asked for, but not pushed again after a reconnect.
    /// </summary>
    internal const int MaxOffered = 256;

    /// <summary>
    /// The most acceptances that wait to be used. Asking for one costs a consumer nothing, so they must never take all
    /// slots from those who opened and paid a deposit; nor is the last free slot given to one.
    /// </summary>
    internal const int MaxAccepted = 2;

    /// <summary>How many more channels can be confirmed or accepted.</summary>
    internal static int Free(ProviderRecord record)
    {
        int all = Math.Min(record.Offer?.Slots ?? ProtocolConstants.MaxActiveChannels, ProtocolConstants.MaxActiveChannels);
        return Math.Max(0, all - record.Channels.Count(HoldsSlot));
    }

    /// <summary>True when a channel holds a slot on chain: somebody paid for it.</summary>
    internal static bool HasChannelOnChain(ProviderRecord record) => record.Channels.Any(channel => channel.Slot == SlotState.Taken);

    /// <summary>The record with a slot promised to the channel while its confirm is on its way.</summary>
    internal static ProviderRecord Reserve(ProviderRecord record, ChannelView view, string operationId) => Put(record, Known(record, view.ChannelId) with
    {
        Slot = SlotState.Reserved,
        OperationId = operationId,
        CapacityBytes = view.CapacityBytes,
    });

    /// <summary>The record with a slot promised to whoever holds an acceptance of these terms.</summary>
    internal static ProviderRecord Accept(ProviderRecord record, ChannelId channel, Terms terms, ulong untilSeconds)
    {
        ProviderChannel known = Known(record, channel);
        return Put(record, known with
        {
            Slot = SlotState.Accepted,
            AcceptedUntilSeconds = Math.Max(known.AcceptedUntilSeconds, untilSeconds),
            AcceptedFor = terms.Consumer,
            CapacityBytes = terms.CapacityBytes,
        });
    }

    /// <summary>
    /// The record with the slot of a confirm free again: the channel stays offered, or stays accepted while an acceptance
    /// of it may still be used.
    /// </summary>
    internal static ProviderRecord Release(ProviderRecord record, ChannelId channel) => Put(record, Unconfirmed(Known(record, channel)));

    /// <summary>The record without an acceptance that can be used no more: the channel is offered if it was opened otherwise.</summary>
    internal static ProviderRecord EndAcceptance(ProviderRecord record, ChannelId channel, bool wasOpened) => wasOpened
        ? Put(record, Known(record, channel) with { Slot = SlotState.Offered, AcceptedUntilSeconds = 0, AcceptedFor = default })
        : Remove(record, channel);

    /// <summary>The record after a channel's phase or operations changed; the same instance when that changes nothing here.</summary>
    internal static ProviderRecord Apply(ProviderRecord record, ChannelView view)
    {
        ProviderChannel? known = Find(record, view.ChannelId);
        return view.Phase switch
        {
            // A proxy's locks take no slots.
            _ when view.Terms.Kind != ChannelKind.Direct => record,
            ChannelPhase.Opened when known is null => Offer(record, view.ChannelId),
            ChannelPhase.Opened when known.Slot == SlotState.Reserved && WasRefused(view, known.OperationId) => Put(record, Unconfirmed(known)),

            // Active before and opened again: a re-organisation took the confirm back. The outbox sends it again.
            ChannelPhase.Opened when known.Slot == SlotState.Taken => Put(record, known with { Slot = SlotState.Reserved }),
            ChannelPhase.Opened => record,
            ChannelPhase.Active or ChannelPhase.Closing => Put(record, Known(record, view.ChannelId) with
            {
                Slot = SlotState.Taken,
                CapacityBytes = view.CapacityBytes,
            }),

            // A re-organisation took the opening back, and the acceptance can be used again.
            ChannelPhase.None when known is { AcceptedUntilSeconds: > 0 } => Put(record, known with { Slot = SlotState.Accepted, OperationId = null }),
            _ => Remove(record, view.ChannelId),
        };
    }

    /// <summary>The channel, if the record holds it.</summary>
    internal static ProviderChannel? Find(ProviderRecord record, ChannelId channel) =>
        record.Channels.FirstOrDefault(known => known.ChannelId == channel);

    /// <summary>True when the channel counts against the cap.</summary>
    internal static bool HoldsSlot(ProviderChannel channel) => channel.Slot is SlotState.Reserved or SlotState.Taken or SlotState.Accepted;

    private static ProviderChannel Known(ProviderRecord record, ChannelId channel) =>
        Find(record, channel) ?? ProviderUsage.Begin(record, channel);

    private static ProviderChannel Unconfirmed(ProviderChannel channel) => channel with
    {
        Slot = channel.AcceptedUntilSeconds > 0 ? SlotState.Accepted : SlotState.Offered,
        OperationId = null,
    };

    private static bool WasRefused(ChannelView view, string? operationId) =>
        view.Operations.Any(operation => operation.OperationId == operationId && operation.State == IntentState.Refused);

    private static ProviderRecord Offer(ProviderRecord record, ChannelId channel) =>
        record.Channels.Count(known => known.Slot == SlotState.Offered) >= MaxOffered
            ? record
            : Put(record, ProviderUsage.Begin(record, channel) with { Slot = SlotState.Offered, OperationId = null });

    private static ProviderRecord Put(ProviderRecord record, ProviderChannel channel)
    {
        int at = Array.FindIndex(record.Channels, known => known.ChannelId == channel.ChannelId);
        if (at < 0)
        {
            return record with
            {
                Channels = [.. record.Channels, channel],
                Ended = [.. record.Ended.Where(known => known.ChannelId != channel.ChannelId)],
            };
        }

        if (record.Channels[at] == channel)
        {
            return record;
        }

        ProviderChannel[] channels = [.. record.Channels];
        channels[at] = channel;
        return record with { Channels = channels };
    }

    private static ProviderRecord Remove(ProviderRecord record, ChannelId channel) =>
        Find(record, channel) is { } known ? ProviderUsage.End(record, known) : record;
}
