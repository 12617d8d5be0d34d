using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class FailOverTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = new TestClusterBuilder(2).AddSiloBuilderConfigurator<Silo>().Build();
    private readonly string _key = Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public void Silos_AreNamed() => Assert.Equal(["Primary", "Secondary_1"], _cluster.Silos.Select(silo => silo.Name));

    [Fact]
    public async Task Grains_ArePlacedOnAllSilos()
    {
        HashSet<string> silos = [];
        for (int i = 0; i < 200 && silos.Count < 2; i++)
        {
            silos.Add(await Grain($"{_key}{i}").Silo());
        }

        Assert.Equal(2, silos.Count);
    }

    [Fact]
    public async Task StopSilo_ItsGrainsDeactivateAndLiveOnElsewhere()
    {
        string first = await Grain(_key).Silo();
        await _cluster.StopSiloAsync(_cluster.Silos.Single(silo => silo.Name == first));
        Assert.NotEqual(first, await Grain(_key).Silo());
        Assert.Equal(["activate", "deactivate:ShuttingDown", "activate"], Gates.Log(_key));
    }

    [Fact]
    public async Task KillSilo_ItsGrainsAreGoneWithoutNoticeAndLiveOnElsewhere()
    {
        string first = await Grain(_key).Silo();
        await _cluster.KillSiloAsync(_cluster.Silos.Single(silo => silo.Name == first));
        Assert.NotEqual(first, await Grain(_key).Silo());
        Assert.Equal(["activate", "activate"], Gates.Log(_key));
    }

    [Fact]
    public async Task KillSilo_CallInFlightFromAnotherSilo_FailsAsSiloUnavailable()
    {
        string first = await Grain(_key).Silo();
        IGrainFactory other = _cluster.Silos.Cast<InProcessSiloHandle>().Single(silo => silo.Name != first).ServiceProvider.GetRequiredService<IGrainFactory>();
        Task call = other.GetGrain<ILife>(_key, typeof(LifeGrain).FullName).HoldOn(_key);
        await Waiting.Until(() => Gates.Log(_key).Contains("holding"));
        await _cluster.KillSiloAsync(_cluster.Silos.Single(silo => silo.Name == first));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
    }

    [Fact]
    public async Task StartAdditionalSilo_TakesGrainsToo()
    {
        SiloHandle third = await _cluster.StartAdditionalSiloAsync();
        Assert.Equal("Secondary_2", third.Name);
        await Waiting.Until(async () => await Grain(Guid.NewGuid().ToString("N")).Silo() == third.Name);
    }

    [Fact]
    public async Task AllSilosGone_CallOfAClientFailsToConnect()
    {
        await _cluster.KillSiloAsync(_cluster.Primary!);
        await _cluster.KillSiloAsync(_cluster.SecondarySilos[0]);
        await Assert.ThrowsAsync<ConnectionFailedException>(() => Grain(_key).Nothing());
    }

    private ILife Grain(string key) => _cluster.Client.GetGrain<ILife>(key, typeof(LifeGrain).FullName);

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.AddMemoryGrainStorageAsDefault();
    }
}
