using Tachyon.Grains.Tests.Cluster;
using Tachyon.Grains.Tests.Providers;

namespace Tachyon.Grains.Tests.Directory;

public sealed class DirectoryTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await GrainCluster.Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Match_GivesTheClosestThatFit_OverAllShards()
    {
        Address target = _cluster.Outsider.Address;
        Address[] providers = [.. Enumerable.Range(1, 60).Select(Numbered)];
        foreach (Address provider in providers)
        {
            await Register(provider, ProviderTests.Offer());
        }

        Address dear = providers.MinBy(provider => provider ^ target);
        await Register(dear, ProviderTests.Offer() with { PricePerMB = new TokenAmount(9_000_000) });
        Address excluded = providers.Where(provider => provider != dear).MinBy(provider => provider ^ target);

        DirectoryEntry[] found = await _cluster.Grains.FindClosestProviders(new DirectoryQuery
        {
            Target = target,
            Count = 10,
            MaxPricePerMB = new TokenAmount(2_000_000),
            Excluded = [excluded],
        });

        Assert.Equal(
            providers.Where(provider => provider != dear && provider != excluded).OrderBy(provider => provider ^ target).Take(10),
            found.Select(entry => entry.Provider));
    }

    [Fact]
    public async Task Match_LeavesOutWhoeverDoesNotFit()
    {
        ProviderOffer offer = ProviderTests.Offer() with { ToleranceLimitPpm = 100, MinCapacityBytes = 5_000, MaxCapacityBytes = 9_000 };
        await Register(Numbered(1), offer);
        await Register(Numbered(2), offer, freeSlots: 0);

        Assert.Single(await Find(new DirectoryQuery { Target = Numbered(3), Count = 5, TolerancePpm = 100, CapacityBytes = 9_000 }));
        Assert.Empty(await Find(new DirectoryQuery { Target = Numbered(3), Count = 5, TolerancePpm = 101, CapacityBytes = 9_000 }));
        Assert.Empty(await Find(new DirectoryQuery { Target = Numbered(3), Count = 5, TolerancePpm = 100, CapacityBytes = 10_000 }));
        Assert.Empty(await Find(new DirectoryQuery { Target = Numbered(3), Count = 5, TolerancePpm = 100, CapacityBytes = 4_000 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Find(new DirectoryQuery { Target = Numbered(3), Count = 0 }));
    }

    [Fact]
    public async Task FullShard_KeepsRenewingItsProviders_AndTakesNoMore_UntilSomeExpire()
    {
        Address first = InShard(0);
        ProviderOffer offer = ProviderTests.Offer();
        foreach (int[] together in Enumerable.Range(0, Grains.Directory.DirectoryGrain.MaxProviders).Chunk(256))
        {
            // All at once would wait in one queue for longer than a call may take.
            await Task.WhenAll(together.Select(number => Register(InShard(number), offer, source: Networks(number))));
        }

        Assert.True(await Register(first, ProviderTests.Offer(), source: Networks(0)));
        Assert.False(await Register(InShard(Grains.Directory.DirectoryGrain.MaxProviders), ProviderTests.Offer(), source: Networks(7)));

        // Somebody from elsewhere takes a place of theirs, and is not put out again by all that they announce.
        Address newcomer = InShard(1_000_000);
        Assert.True(await Register(newcomer, offer, source: 99));
        for (int number = Grains.Directory.DirectoryGrain.MaxProviders; number < Grains.Directory.DirectoryGrain.MaxProviders + 72; number++)
        {
            await Register(InShard(number), offer, source: Networks(number));
        }

        Assert.Equal(newcomer, Assert.Single(await Find(new DirectoryQuery { Target = newcomer, Count = 1 })).Provider);
        Assert.Equal(Grains.Directory.DirectoryGrain.MaxProviders, await _cluster.Grains.DirectoryShardOf(first).Count());

        _cluster.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.True(await Register(InShard(Grains.Directory.DirectoryGrain.MaxProviders), ProviderTests.Offer()));
        Assert.Equal(1, await _cluster.Grains.DirectoryShardOf(first).Count());
    }

    /// <summary>As few networks as somebody may have who fills a shard, each with as many connections as the gateway allows.</summary>
    private static ulong Networks(int number) => 1 + ((ulong)number % 36);

    private static Address InShard(int number) => Address.Parse($"0x{number:x40}");

    private static Address Numbered(int number) =>
        Address.FromBytes(Keccak256.HashText($"directory {number}").ToArray().AsSpan(0, Address.Length));

    private Task<DirectoryEntry[]> Find(DirectoryQuery query) => _cluster.Grains.FindClosestProviders(query);

    private Task<bool> Register(Address provider, ProviderOffer offer, int freeSlots = 5, ulong source = 0) =>
        _cluster.Grains.DirectoryShardOf(provider).Register(new DirectoryEntry
        {
            Provider = provider,
            Offer = offer,
            FreeSlots = freeSlots,
            LiveUntilMs = _cluster.Clock.NowMs + 60_000,
            Source = source,
        });
}
