using Orleans.Runtime;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Where grains live: spread over the silos, and never in two places at once.</summary>
public sealed class PlacementTests : IAsyncLifetime
{
    /// <summary>So many that they land on one silo by chance once in 2^63 runs.</summary>
    private const int Grains = 64;

    private GrainCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await GrainCluster.Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Grains_AreSpreadOverTheSilos()
    {
        IChannelGrain[] channels = NewChannels("spread");

        await Task.WhenAll(channels.Select(channel => channel.View()));

        SiloAddress[] used = [.. channels.Select(_cluster.Activations.SiloOf).Distinct()];
        Assert.Equal(_cluster.Silos.Order(), used.Order());
    }

    [Fact]
    public async Task CallsFromEverywhere_ReachOneActivationPerKey()
    {
        IChannelGrain[] channels = NewChannels("one each");

        await Task.WhenAll(Enumerable.Repeat(channels, 8).SelectMany(again => again).Select(channel => channel.View()));

        Assert.All(channels, channel => Assert.Single(_cluster.Activations.ActivationsOf(channel)));
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
        await _cluster.AddSilo();
        IChannelGrain[] channels = NewChannels("after the third");

        await Task.WhenAll(channels.Select(channel => channel.View()));

        Assert.Equal(3, channels.Select(_cluster.Activations.SiloOf).Distinct().Count());
    }

    private IChannelGrain[] NewChannels(string purpose) =>
        [.. Enumerable.Range(0, Grains).Select(i => _cluster.Grains.Channel(ChannelId.FromBytes(Keccak256.HashText($"{purpose} {i}").ToArray())))];
}
