using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Telemetry;

/// <summary>
/// Asks the grains of the cluster how things stand. Whoever asks within a second shares one answer, so that readers, however many,
/// cannot load the grains. Thread-safe.
/// </summary>
internal sealed class ClusterFigures(IGrainFactory grains, ISettlementChain chain, IAccountSigner account, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<ClusterSnapshot>? _recent;
    private long _askedAt;

    /// <summary>Asks now.</summary>
    public async Task<ClusterSnapshot> LookAsync()
    {
        // Asked again below: of few channels the first counting is done by then.
        await grains.Census().Latest();
        var outbox = await grains.Settlement(account.Address).View();
        var feed = await grains.ChainFeed(chain.Deployment.PaymentChannels).Status();
        IDeadlineGrain[] shards = [.. Enumerable.Range(0, DeadlineShards.Count).Select(shard => grains.GetGrain<IDeadlineGrain>(shard))];
        var deadlines = await Task.WhenAll(shards.Select(shard => shard.Count()));
        var next = await Task.WhenAll(shards.Select(shard => shard.Next()));
        var directory = await Task.WhenAll(Enumerable.Range(0, DirectoryShards.Count).Select(shard => grains.GetGrain<IDirectoryGrain>(shard).Totals()));
        return new ClusterSnapshot(
            (ulong)time.GetUtcNow().ToUnixTimeMilliseconds(),
            outbox,
            feed,
            deadlines.Sum(),
            next.Min(),
            directory.Sum(totals => totals.Providers),
            directory.Sum(totals => totals.Slots),
            directory.Sum(totals => totals.SlotsTaken),
            await grains.Census().Latest());
    }

    /// <summary>An answer that is at most a second old.</summary>
    public Task<ClusterSnapshot> RecentAsync()
    {
        lock (_gate)
        {
            if (_recent is null || _recent.IsFaulted || time.GetElapsedTime(_askedAt) > Fresh)
            {
                _askedAt = time.GetTimestamp();
                _recent = LookAsync();
            }

            return _recent;
        }
    }

    /// <summary>The same; null while the storage or another silo of the cluster is not to be reached.</summary>
    public async Task<ClusterSnapshot?> TryRecentAsync()
    {
        try
        {
            return await RecentAsync();
        }
        catch (Exception exception) when (Problems.StatusOf(exception) == StatusCodes.Status503ServiceUnavailable)
        {
            return null;
        }
    }
}
