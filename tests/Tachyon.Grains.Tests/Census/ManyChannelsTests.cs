using Orleans.Runtime;
using Orleans.Storage;
using Tachyon.Grains.Census;
using Tachyon.Grains.Channels;
using Tachyon.Grains.Storage;
using Tachyon.Grains.Tests.Storage;

namespace Tachyon.Grains.Tests.Census;

/// <summary>Ten thousand channels on SQLite: listed a page at a time and counted, without a grain.</summary>
public sealed class ManyChannelsTests : IDisposable
{
    private const int Channels = 10_000;
    private const int WrittenAtOnce = 1_000;
    private const int PageSize = 50;

    private static readonly Eip712Domain Domain = new(31337, Party(1));

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task EveryChannel_IsOnOnePage_AndCountedOnce()
    {
        await using StorageCluster cluster = await StorageCluster.Start(
            silo => silo.AddSqliteGrainStorage(StorageCluster.Name, options => options.Path = _directory.Combine("grains.db")));
        foreach (int[] some in Enumerable.Range(0, Channels).Chunk(WrittenAtOnce))
        {
            await Task.WhenAll(some.Select(number => WriteAsync(cluster.Storage, number)));
        }

        var pages = (IGrainRecordPages)cluster.Storage;
        var list = new ChannelList(pages);
        var seen = new HashSet<ChannelId>();
        string? cursor = null;
        do
        {
            ChannelPage page = await list.ReadAsync(phase: null, party: null, cursor, PageSize);
            Assert.True(page.Channels.Count <= PageSize);
            Assert.All(page.Channels, view => Assert.True(seen.Add(view.ChannelId)));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(Channels, seen.Count);

        var census = new ChannelCensus();
        do
        {
            GrainRecordPage<ChannelRecord> page = await pages.ReadAsync<ChannelRecord>(ChannelList.GrainTypeName, ChannelGrain.StateName, cursor, 500);
            foreach ((string key, ChannelRecord record) in page.Records)
            {
                census.Add(key, record);
            }

            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal((ulong)Channels * 3_000_000, census.Total(0, 0).UnclaimedBytes);
        Assert.Equal(Channels, census.Total(0, 0).In(ChannelPhase.Active));
    }

    private static async Task WriteAsync(IGrainStorage storage, int number)
    {
        var terms = new Terms(Party(2), Party(3), 100_000_000, new TokenAmount(1_000_000), 1_000, ChannelKind.Direct, Keccak256.HashText($"many {number}"));
        var record = new ChannelRecord { Terms = terms, Phase = ChannelPhase.Active, CapacityBytes = terms.CapacityBytes, ChainConsumerBytes = 3_000_000 };
        await storage.WriteStateAsync(
            ChannelGrain.StateName, GrainId.Create(ChannelList.GrainTypeName, terms.ChannelId(Domain).ToString()), new GrainState<ChannelRecord>(record));
    }

    private static Address Party(int number) => Address.Parse($"0x{number:x40}");
}
