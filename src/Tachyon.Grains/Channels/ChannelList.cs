using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Channels;

/// <inheritdoc cref="IChannelList" />
internal sealed class ChannelList(IGrainRecordPages pages) : IChannelList
{
    /// <summary>The most records that one call looks at, so that a filter that nobody fits costs no more than a page.</summary>
    private const int MaxLookedAt = 5_000;

    private const int AtOnce = 500;

    /// <summary>Of a filtered page so many are read at once at least: few fit, and each reading costs.</summary>
    private const int LeastFiltered = 100;

    /// <summary>The type of channel grains, as it begins their ids.</summary>
    internal const string GrainTypeName = "channel";

    /// <inheritdoc />
    public async Task<ChannelPage> ReadAsync(ChannelPhase? phase, Address? party, string? cursor, int count)
    {
        var found = new List<ChannelView>();
        bool isFiltered = phase is not null || party is not null;
        int lookedAt = 0;
        do
        {
            // Only where the storage's page ends can the next one begin, so that all that fits of one is given.
            GrainRecordPage<ChannelRecord> page = await pages.ReadAsync<ChannelRecord>(
                GrainTypeName, ChannelGrain.StateName, cursor, Math.Clamp(count - found.Count, isFiltered ? LeastFiltered : 1, AtOnce));
            found.AddRange(page.Records.Select(View).OfType<ChannelView>().Where(Fits));
            lookedAt += Math.Max(1, page.Records.Count);
            cursor = page.Next;
        }
        while (cursor is not null && found.Count < count && lookedAt < MaxLookedAt);
        return new ChannelPage(found, cursor, lookedAt);

        bool Fits(ChannelView view) =>
            (phase is null || view.Phase == phase)
            && (party is null || view.Terms.Consumer == party || view.Terms.Provider == party);
    }

    private static ChannelView? View((string Key, ChannelRecord Record) stored) => ChannelFigures.View(ChannelId.Parse(stored.Key), stored.Record);
}
