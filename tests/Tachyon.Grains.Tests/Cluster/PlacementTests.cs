using System.Security.Cryptography;
using Orleans.Runtime;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Where grains live: spread over the silos, and never in two places at once.</summary>
public sealed class PlacementTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await GrainCluster.Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Grains_AreSpreadOverTheSilos()
    {
        IDeadlineGrain[] shards = Shards();

        await Task.WhenAll(shards.Select(shard => GrainCluster.Insist(() => (Task)shard.Count())));

        SiloAddress[] used = [.. shards.Select(_cluster.Activations.SiloOf).Distinct()];
        Assert.Equal(_cluster.Silos.Order(), used.Order());
    }

    [Fact]
    public async Task CallsFromEverywhere_ReachOneActivationPerKey()
    {
        IDeadlineGrain[] shards = Shards();

        await Task.WhenAll(Enumerable.Repeat(shards, 8).SelectMany(again => again).Select(shard => GrainCluster.Insist(() => (Task)shard.Count())));

        Assert.All(shards, shard => Assert.Single(_cluster.Activations.ActivationsOf(shard)));
    }

    [Fact]
    public async Task FeedAndOutbox_AreKeptByEverySilo_AndLiveOnOne()
    {
        await _cluster.AddSilo();
        await _cluster.FeedIsQuiet();
        await _cluster.Outbox.View();

        Assert.Single(_cluster.Activations.ActivationsOf(_cluster.Feed));
        Assert.Single(_cluster.Activations.ActivationsOf(_cluster.Outbox));
    }

    [Fact]
    public async Task SiloThatJoins_TakesItsShareOfNewGrains()
    {
        SiloAddress[] before = _cluster.Silos;
        await _cluster.AddSilo();
        SiloAddress joined = Assert.Single(_cluster.Silos.Except(before));

        // The others place grains there once they have heard how busy it is.
        await Eventually.TrueAsync(
            async () =>
            {
                IChannelGrain fresh = _cluster.Grains.Channel(new ChannelId(Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length))));
                await GrainCluster.Insist(() => (Task)fresh.View());
                return _cluster.Activations.SiloOf(fresh).Equals(joined);
            },
            "a new grain on the silo that joined");
    }

    /// <summary>Grains that stay once they are active, so many that they land on one silo by chance once in 2^63 runs.</summary>
    private IDeadlineGrain[] Shards() => [.. Enumerable.Range(0, DeadlineShards.Count).Select(shard => _cluster.Grains.GetGrain<IDeadlineGrain>(shard))];
}
