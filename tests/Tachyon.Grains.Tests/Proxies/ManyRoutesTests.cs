using System.Diagnostics;
using Orleans.Runtime;
using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;
using Xunit.Abstractions;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>Ten thousand routes in one pool, through the whole grains: small in the storage, and a change costs what it costs with one.</summary>
public sealed class ManyRoutesTests(ITestOutputHelper output)
{
    private const ulong MB = RouteRig.MB;
    private const int Many = 10_000;
    private const int Pages = (Many + PoolPage.MaxShares - 1) / PoolPage.MaxShares;

    [Fact]
    public async Task TenThousandRoutes_AreSmall_AndARaiseWritesOnePageAndTheHead()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.ProxyMaxRoutes = 2 * Many);
        ExitPeer exit = await rig.NewExit();
        var sizes = new WrittenSizes();
        rig.Cluster.Faults.Sizes = sizes;
        long storedBytes = await Seed(rig, exit);
        Assert.True(storedBytes <= Many * 250, $"{storedBytes / Many} bytes are stored of each route");

        // Reading all of it, and an exit that comes and is told of every route.
        var watch = Stopwatch.StartNew();
        RoutePeer route = await rig.NewRoute(exit);
        output.WriteLine($"read, and every route's credit pushed: {watch.ElapsedMilliseconds} ms");
        await RouteRig.Carry(route, 2 * MB);
        Assert.Equal(Many + 1, (await rig.Cluster.Grains.Pool(exit.Address).View()).Routes);

        // A promise: the lock's own record is not among these.
        int before = sizes.All.Length;
        int raises = 50;
        RouteView said = (await route.Grain.View())!;
        IPoolGrain pool = rig.Cluster.Grains.Pool(exit.Address);
        watch.Restart();
        for (int i = 1; i <= raises; i++)
        {
            Assert.Equal(PromiseResult.Taken, await pool.Raise(new PoolPromise
            {
                PoolId = exit.PoolId,
                LockId = route.LockId,
                Tag = route.Tag,
                RouteAddress = route.Wish.RouteKey.ToAddress(),
                PromisedBytes = said.PromisedBytes + ((ulong)i * 1_000),
            }));
        }

        output.WriteLine($"a raise: {watch.Elapsed.TotalMilliseconds / raises:0.0} ms");
        (string StateName, int Bytes)[] written = [.. sizes.All[before..].Where(write => write.StateName.StartsWith("pool", StringComparison.Ordinal))];
        output.WriteLine($"bytes written for each: {written.Sum(write => write.Bytes) / raises}, stored of each route: {storedBytes / Many}");
        Assert.Single(written.Select(write => write.StateName).Where(name => name != "pool").Distinct());
        Assert.True(written.Sum(write => write.Bytes) <= raises * 16_000, "a raise writes more than a page and the head");
    }

    /// <summary>An active pool with many routes, as they lie in the storage before anybody asks for it. What they take there, in bytes.</summary>
    private static async Task<long> Seed(RouteRig rig, ExitPeer exit)
    {
        var terms = new Terms(
            rig.Proxy, exit.Address, 1_000 * MB, new TokenAmount(1_000_003), 1_000, ChannelKind.Direct, Keccak256.HashText("many routes"));
        ulong expirySeconds = rig.Cluster.Chain.NowSeconds + 300;
        ChannelId poolId = terms.ChannelId(rig.Cluster.Chain.Domain);
        await rig.Cluster.Operator.Send(rig.Cluster.Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await rig.Cluster.Operator.Send(
            rig.Cluster.Chain, new ChainCall.OpenAccepted(terms, expirySeconds, exit.Party.Accept(poolId, expirySeconds).Signature!.Value));
        await rig.Cluster.Reaches(poolId, ChannelPhase.Active);

        GrainId grain = rig.Cluster.Grains.Pool(exit.Address).GetGrainId();
        await Write(rig, grain, "pool", new PoolHead
        {
            Stage = PoolStage.Active,
            Terms = terms,
            Chain = RouteStateCodec.Encode(ChainState.New(terms.CapacityBytes)),
            Pages = Pages,
        });
        for (int page = 0; page < Pages; page++)
        {
            await Write(rig, grain, $"pool-{page}", new PoolPage
            {
                PoolId = poolId,
                Shares = [.. Enumerable.Range(page * PoolPage.MaxShares, Math.Min(PoolPage.MaxShares, Many - (page * PoolPage.MaxShares))).Select(NewShare)],
            });
        }

        return rig.Cluster.Faults.Sizes!.All.Where(write => write.StateName.StartsWith("pool", StringComparison.Ordinal)).Sum(write => (long)write.Bytes);
    }

    private static StoredShare NewShare(int i) => new()
    {
        LockId = new ChannelId(Keccak256.HashText($"many routes, lock {i}")),
        Tag = Keccak256.HashText($"many routes, tag {i}"),
        RouteAddress = Address.FromBytes(Keccak256.HashText($"many routes, key {i}").ToArray().AsSpan(12)),
        PromisedBytes = 1_000,
        CountIndex = 1,
        CountedBytes = 1_000,
        IsOver = false,
    };

    private static Task Write<T>(RouteRig rig, GrainId grain, string name, T state)
        where T : class, new() =>
        rig.Cluster.Faults.Storage!.WriteStateAsync(name, grain, new GrainState<T>(state));
}
