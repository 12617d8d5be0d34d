using Orleans.Runtime;
using Orleans.TestingHost;
using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Tests.Cluster;

/// <content>Silos that end, and callers that live through it.</content>
internal sealed partial class GrainCluster
{
    /// <summary>The silos that run now.</summary>
    public SiloAddress[] Silos => [.. _cluster.GetActiveSilos().Select(silo => silo.SiloAddress)];

    /// <summary>What a silo has of its own.</summary>
    public IServiceProvider PartsOf(SiloAddress silo) => _cluster.GetSiloServiceProvider(silo);

    /// <summary>Adds a silo.</summary>
    public Task AddSilo() => _cluster.StartAdditionalSiloAsync();

    /// <summary>Ends the silo that a grain is on, in order or as if its process had died, and starts another one.</summary>
    public async Task EndSiloOf(IAddressable grain, bool gracefully)
    {
        InProcessSiloHandle silo = _cluster.GetSiloForAddress(Activations.SiloOf(grain))
            ?? throw new InvalidOperationException($"The silo of {grain.GetGrainId()} has ended already.");
        await (gracefully ? _cluster.StopSiloAsync(silo) : _cluster.KillSiloAsync(silo));
        await _cluster.WaitForLivenessToStabilizeAsync(didKill: !gracefully);
        await AddSilo();
    }

    /// <summary>Kills every silo that runs now, one after the other, each replaced by a new one: no activation survives.</summary>
    public async Task KillAllSilos()
    {
        foreach (InProcessSiloHandle silo in _cluster.GetActiveSilos().ToArray())
        {
            await _cluster.KillSiloAsync(silo);
            await _cluster.WaitForLivenessToStabilizeAsync(didKill: true);
            await _cluster.StartAdditionalSiloAsync();
        }
    }

    /// <summary>Asks until there is an answer, as a caller does whose calls fail meanwhile.</summary>
    public static Task<T> Insist<T>(Func<Task<T>> call, string waitingFor = "an answer")
        where T : class => Eventually.ValueAsync(() => Patiently<T>(async () => await call()), waitingFor);

    /// <inheritdoc cref="Insist{T}(Func{Task{T}}, string)" />
    public static Task Insist(Func<Task> call, string waitingFor = "an answer") => Insist<object>(
        async () =>
        {
            await call();
            return call;
        },
        waitingFor);

    /// <summary>While a silo is dying or its storage fails, calls fail, as they do for every caller of a cluster; such a caller tries again.</summary>
    public static async Task<T?> Patiently<T>(Func<Task<T?>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (fault is OrleansException or StorageFaultException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }
}
