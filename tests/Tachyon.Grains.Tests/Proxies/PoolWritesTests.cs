using System.Collections.Concurrent;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>What a pool says to its exit while one of its writes is under way: nothing that only the next one makes durable.</summary>
public sealed class PoolWritesTests
{
    private const ulong MB = RouteRig.MB;
    private const string Page = "pool-0";

    [Fact]
    public async Task PromiseTakenDuringAWrite_LeavesAfterItsOwn()
    {
        await using RouteRig rig = await RouteRig.Start();
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewRoute(exit);
        await RouteRig.Carry(route, 1 * MB);
        IPoolGrain pool = rig.Cluster.Grains.Pool(exit.Address);
        RouteView said = (await route.Grain.View())!;
        PoolPromise Promise(ulong moreBytes) => new()
        {
            PoolId = said.PoolId,
            LockId = route.LockId,
            Tag = said.Tag,
            RouteAddress = route.Wish.RouteKey.ToAddress(),
            PromisedBytes = said.PromisedBytes + moreBytes,
        };
        var known = new Listener();
        Assert.True(await pool.Attach(exit.PoolId, rig.Cluster.Grains.CreateObjectReference<IPoolObserver>(known), everything: true));
        int writes = rig.Cluster.Faults.Writes(Page);

        IDisposable first = rig.Cluster.Faults.HoldWrites(Page);
        Task<PromiseResult> durable = pool.Raise(Promise(1 * MB));
        await Eventually.TrueAsync(() => rig.Cluster.Faults.Writes(Page) > writes, "the first write to be under way");
        Task<PromiseResult> later = pool.Raise(Promise(2 * MB));
        await Eventually.TrueAsync(
            async () => (await pool.View()).PromisedBytes >= said.PromisedBytes + (2 * MB), "the second promise to be taken meanwhile");
        IDisposable second = rig.Cluster.Faults.HoldWrites(Page);
        first.Dispose();
        Assert.Equal(PromiseResult.Taken, await durable);
        await Eventually.TrueAsync(() => rig.Cluster.Faults.Writes(Page) > writes + 1, "the second write to be under way");
        await Eventually.TrueAsync(() => known.NewestBytes >= said.PromisedBytes + (1 * MB), "what is durable to be said");
        Assert.Equal(said.PromisedBytes + (1 * MB), known.NewestBytes);

        second.Dispose();
        Assert.Equal(PromiseResult.Taken, await later);
        await Eventually.TrueAsync(() => known.NewestBytes == said.PromisedBytes + (2 * MB), "the rest to be said once it is durable");
    }

    private sealed class Listener : IPoolObserver
    {
        private readonly ConcurrentQueue<ulong> _said = new();

        /// <summary>The greatest count that any signature of the pool's stated; its one route has all of the sum.</summary>
        public ulong NewestBytes => _said.DefaultIfEmpty().Max();

        public Task PoolUnit(SignedUnit unit)
        {
            _said.Enqueue(unit.Unit.BytesUsed);
            return Task.CompletedTask;
        }

        public Task RouteCredits(ChannelId poolId, TagCreditEntry[] routes)
        {
            foreach (TagCreditEntry credit in routes)
            {
                _said.Enqueue(credit.BytesUsed);
            }

            return Task.CompletedTask;
        }

        public Task RoutesEnded(ChannelId poolId, Bytes32[] tags) => Task.CompletedTask;
    }
}
