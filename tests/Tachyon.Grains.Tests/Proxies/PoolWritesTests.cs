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
        var known = new Listener();
        Assert.True(await pool.Attach(exit.PoolId, rig.Cluster.Grains.CreateObjectReference<IPoolObserver>(known), everything: true));
        int writes = rig.Cluster.Faults.Writes(Page);

        IDisposable first = rig.Cluster.Faults.HoldWrites(Page);
        Task<PromiseResult> durable = pool.Raise(More(route, said, 1 * MB));
        await Eventually.TrueAsync(() => rig.Cluster.Faults.Writes(Page) > writes, "the first write to be under way");
        Task<PromiseResult> later = pool.Raise(More(route, said, 2 * MB));
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

    [Fact]
    public async Task ExitThatAttachesDuringAWrite_HearsOnlyWhatWasTakenBeforeItsOwn()
    {
        await using RouteRig rig = await RouteRig.Start();
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewRoute(exit);
        await RouteRig.Carry(route, 1 * MB);
        IPoolGrain pool = rig.Cluster.Grains.Pool(exit.Address);
        RouteView said = (await route.Grain.View())!;
        await exit.Detach();
        Assert.False((await pool.View()).IsAttached);
        var late = new Listener();
        int writes = rig.Cluster.Faults.Writes(Page);

        // While the first write is under way it attaches, and waits for one of its own, the second.
        IDisposable first = rig.Cluster.Faults.HoldWrites(Page);
        Task<PromiseResult> promised = pool.Raise(More(route, said, 1 * MB));
        await Eventually.TrueAsync(() => rig.Cluster.Faults.Writes(Page) > writes, "the first write to be under way");
        Task<bool> attached = pool.Attach(exit.PoolId, rig.Cluster.Grains.CreateObjectReference<IPoolObserver>(late), everything: true);
        await Eventually.TrueAsync(async () => (await pool.View()).IsAttached, "the exit to attach meanwhile");
        Task<PromiseResult> second = pool.Raise(More(route, said, 2 * MB));
        await PromisedReaches(2 * MB);
        Assert.Equal(0UL, late.NewestBytes);

        IDisposable ownWrite = rig.Cluster.Faults.HoldWrites(Page);
        first.Dispose();
        await Eventually.TrueAsync(() => rig.Cluster.Faults.Writes(Page) > writes + 1, "the second write to be under way");
        Task<PromiseResult> third = pool.Raise(More(route, said, 3 * MB));
        await PromisedReaches(3 * MB);
        Assert.InRange(late.NewestBytes, 0UL, said.PromisedBytes + (1 * MB));

        // What it attached for leaves after that write, and holds nothing that the third one has yet to make durable.
        using (rig.Cluster.Faults.HoldWrites(Page))
        {
            ownWrite.Dispose();
            await Eventually.TrueAsync(() => rig.Cluster.Faults.Writes(Page) > writes + 2, "the third write to be under way");
            await Eventually.TrueAsync(() => late.Told > 0, "the exit to be told what it attached for");
            Assert.InRange(late.NewestBytes, 1UL, said.PromisedBytes + (1 * MB));
        }

        Assert.True(await attached);
        Assert.Equal([PromiseResult.Taken, PromiseResult.Taken, PromiseResult.Taken], await Task.WhenAll(promised, second, third));
        await Eventually.TrueAsync(() => late.NewestBytes == said.PromisedBytes + (3 * MB), "the rest to be said once it is durable");

        Task PromisedReaches(ulong moreBytes) => Eventually.TrueAsync(
            async () => (await pool.View()).PromisedBytes >= said.PromisedBytes + moreBytes, "the promise to be taken meanwhile");
    }

    /// <summary>A promise of a route's lock above what it said before.</summary>
    private static PoolPromise More(RoutePeer route, RouteView said, ulong moreBytes) => new()
    {
        PoolId = said.PoolId,
        LockId = route.LockId,
        Tag = said.Tag,
        RouteAddress = route.Wish.RouteKey.ToAddress(),
        PromisedBytes = said.PromisedBytes + moreBytes,
    };

    private sealed class Listener : IPoolObserver
    {
        private readonly ConcurrentQueue<ulong> _said = new();
        private int _told;

        /// <summary>The greatest count that any signature of the pool's stated; its one route has all of the sum.</summary>
        public ulong NewestBytes => _said.DefaultIfEmpty().Max();

        /// <summary>How often it was told what routes may use.</summary>
        public int Told => Volatile.Read(ref _told);

        public Task PoolUnit(SignedUnit unit)
        {
            _said.Enqueue(unit.Unit.BytesUsed);
            return Task.CompletedTask;
        }

        public Task RouteCredits(ChannelId poolId, SignedUnit? unit, TagCreditEntry[] routes)
        {
            _said.Enqueue(unit?.Unit.BytesUsed ?? 0);
            foreach (TagCreditEntry credit in routes)
            {
                _said.Enqueue(credit.BytesUsed);
            }

            Interlocked.Increment(ref _told);
            return Task.CompletedTask;
        }

        public Task RoutesEnded(ChannelId poolId, Bytes32[] tags) => Task.CompletedTask;
    }
}
