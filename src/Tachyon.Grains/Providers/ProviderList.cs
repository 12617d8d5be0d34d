using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Providers;

/// <inheritdoc cref="IProviderList" />
internal sealed class ProviderList(IGrainRecordPages pages) : IProviderList
{
    private const string GrainTypeName = "provider";

    /// <inheritdoc />
    public async Task<ProviderPage> ReadAsync(string? cursor, int count)
    {
        GrainRecordPage<ProviderRecord> page = await pages.ReadAsync<ProviderRecord>(GrainTypeName, ProviderGrain.StateName, cursor, count);
        return new ProviderPage(
            [.. page.Records.Where(stored => stored.Record.Offer is not null || stored.Record.Channels.Length > 0).Select(stored => Address.Parse(stored.Key))],
            page.Next);
    }
}
