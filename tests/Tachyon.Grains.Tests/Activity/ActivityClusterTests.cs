using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Tachyon.Grains.Activity;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Activity;

/// <summary>The charts of a cluster's console: whichever silo serves the page, they show what the channels of all silos did.</summary>
public sealed class ActivityClusterTests : IAsyncLifetime
{
    private const ulong BytesEach = 3_000_000;
    private const int MostChannels = 64;

    private GrainCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await GrainCluster.Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Samples_OfTwoSilos_AddUpToWhatWasSigned_ForEachSilo_WithItsWorth()
    {
        List<(Party Consumer, Terms Terms)> channels = await OnBothSilosAsync();
        await ReportAsync();

        foreach ((Party consumer, Terms terms) in channels)
        {
            IChannelGrain channel = _cluster.Grains.Channel(terms.ChannelId(_cluster.Chain.Domain));
            Assert.Equal(UnitRefusal.None, (await channel.SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, 1, BytesEach)] })).Refusal);
        }

        Assert.All(_cluster.Silos, silo => Assert.True(Tally(silo).Now.Bytes > 0));
        _cluster.Clock.Advance(TimeSpan.FromMilliseconds(ActivitySample.PeriodMs));
        await ReportAsync();
        _cluster.Clock.Advance(TimeSpan.FromMilliseconds(2 * ActivitySample.PeriodMs));
        ActivitySample[] first = await ReportAsync(_cluster.Silos[0]);
        ActivitySample[] second = await ReportAsync(_cluster.Silos[1]);

        Assert.Equal((double)BytesEach * channels.Count, first.Sum(sample => sample.Bytes), 1.0);
        Assert.Equal(channels.Sum(channel => (double)channel.Terms.Price(BytesEach).BaseUnits / 1e18), first.Sum(sample => sample.Tokens), 1e-12);
        Assert.Equal(first, second[..first.Length]);
    }

    /// <summary>Channels on each of the silos; where a grain lands is chance.</summary>
    private async Task<List<(Party Consumer, Terms Terms)>> OnBothSilosAsync()
    {
        List<(Party, Terms)> channels = [];
        HashSet<SiloAddress> used = [];
        for (int i = 0; used.Count < 2 && i < MostChannels; i++)
        {
            Party consumer = _cluster.NewParty();
            Party provider = _cluster.NewParty();
            Terms terms = _cluster.NewTerms(consumer, provider);
            ChannelId id = await _cluster.OpenActive(consumer, provider, terms);
            used.Add(_cluster.Activations.SiloOf(_cluster.Grains.Channel(id)));
            channels.Add((consumer, terms));
        }

        Assert.Equal(2, used.Count);
        return channels;
    }

    private async Task<ActivitySample[]> ReportAsync()
    {
        await ReportAsync(_cluster.Silos[0]);
        return await ReportAsync(_cluster.Silos[1]);
    }

    // As a silo's console does every two seconds.
    private Task<ActivitySample[]> ReportAsync(SiloAddress silo)
    {
        (double bytes, double tokens) = Tally(silo).Now;
        return _cluster.Grains.Activity().Report(new SiloActivity { Silo = silo.ToString(), Bytes = bytes, Tokens = tokens }, afterMs: 0);
    }

    private ChannelTally Tally(SiloAddress silo) => _cluster.PartsOf(silo).GetRequiredService<ChannelTally>();
}
