namespace Tachyon.Grains.Providers;

/// <content>What the provider has served this month, for its caps.</content>
internal sealed partial class ProviderGrain
{
    /// <summary>Counts are written down when they have grown by this part of the monthly cap; until then the channels keep them.</summary>
    private const ulong KeepParts = 128;

    // Newer counts of channels than the record holds. Channels have them durably, so they are asked for again after a restart.
    private readonly Dictionary<ChannelId, ulong> _usedBytes = [];

    private ProviderRecord Newest => ProviderUsage.See(_record.Newest, _usedBytes);

    private ProviderRecord Durable => ProviderUsage.See(_record.Durable, _usedBytes);

    /// <summary>
    /// Begins the calendar month when it has come: the counts known at that moment are what it starts from. Written down
    /// once; a provider without use and without a cap has nothing to write.
    /// </summary>
    private async Task RollMonth()
    {
        int month = ProviderUsage.MonthOf(_clock.UtcNow);
        ProviderRecord record = Newest;
        bool matters = record.Offer?.MonthlyCapBytes > 0 || record.Channels.Any(ProviderSlots.HoldsSlot) || ProviderUsage.MonthBytes(record) > 0;
        if (month > record.Month && matters)
        {
            await _record.SaveAsync(ProviderUsage.Roll(record, month));
        }
    }

    /// <summary>Asks the channels how far they are, where a monthly cap depends on it.</summary>
    private async Task LearnUsage()
    {
        await RollMonth();
        if (_record.Newest.Offer is not { MonthlyCapBytes: > 0 and var cap })
        {
            return;
        }

        ProviderChannel[] serving = [.. _record.Newest.Channels.Where(channel => channel.Slot == SlotState.Taken)];
        foreach (ChannelView? view in await Task.WhenAll(serving.Select(channel => GrainFactory.Channel(channel.ChannelId).View())))
        {
            if (view is not null)
            {
                SeeUsage(view);
            }
        }

        ProviderRecord record = Newest;
        if (ProviderUsage.MonthBytes(record) - ProviderUsage.MonthBytes(_record.Newest) > cap / KeepParts)
        {
            await _record.SaveAsync(record);
        }
    }

    private void SeeUsage(ChannelView view)
    {
        ulong used = ProviderUsage.UsedBytes(view);
        if (used > _usedBytes.GetValueOrDefault(view.ChannelId))
        {
            _usedBytes[view.ChannelId] = used;
        }
    }

    private void ForgetUsage()
    {
        foreach (ChannelId gone in _usedBytes.Keys.Where(channel => ProviderSlots.Find(_record.Newest, channel) is null).ToArray())
        {
            _usedBytes.Remove(gone);
        }
    }
}
