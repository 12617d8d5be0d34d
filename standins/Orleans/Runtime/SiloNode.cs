using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>One silo: its activations and what they share.</summary>
internal sealed class SiloNode : RuntimeNode
{
    private readonly ConcurrentDictionary<Activation, byte> _activations = new();
    private readonly ConcurrentDictionary<GrainId, WorkerPool> _workers = new();
    private ITimer? _collector;

    public SiloNode(IServiceProvider services, Cluster cluster, ILocalSiloDetails details)
        : base(services, cluster, services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value, details.Name)
    {
        Address = details.SiloAddress;
        Collection = services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value;
        MaxForwardCount = services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.MaxForwardCount;
        ActivationClock = services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.ActivationManagement);
        GrainClock = services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Grains);
        Logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Orleans.Runtime.Catalog");
    }

    public override SiloAddress Address { get; }

    public GrainCollectionOptions Collection { get; }

    public int MaxForwardCount { get; }

    public TimeProvider ActivationClock { get; }

    public TimeProvider GrainClock { get; }

    public ILogger Logger { get; }

    public int ActivationCount => _activations.Count;

    public IEnumerable<Activation> Activations => _activations.Keys;

    public Activation CreateActivation(GrainId grainId, GrainClass grainClass)
    {
        Activation activation = new(this, grainId, grainClass);
        _activations.TryAdd(activation, 0);
        return activation;
    }

    /// <summary>The least busy worker of a stateless grain, or a new one while there is room.</summary>
    public Activation Worker(GrainId grainId, GrainClass grainClass, int maxLocal) =>
        _workers.GetOrAdd(grainId, static _ => new WorkerPool()).Pick(
            maxLocal,
            () =>
            {
                Activation made = CreateActivation(grainId, grainClass);
                made.Activate(null);
                return made;
            });

    public void Forget(Activation activation)
    {
        _activations.TryRemove(activation, out _);
        if (_workers.TryGetValue(activation.GrainId, out WorkerPool? pool))
        {
            pool.Remove(activation);
        }
    }

    /// <summary>Refuses what the real collector refuses: its clock being further ahead of real time than a grain may be idle.</summary>
    /// <remarks>Tests that move time on by more should replace the clocks of grains and reminders only.</remarks>
    public void CheckCollectable(TimeSpan age)
    {
        DateTime earliest = ActivationClock.GetUtcNow().UtcDateTime;
        if (DateTime.UtcNow + age + Collection.CollectionQuantum < earliest)
        {
            throw new ArgumentException($"The earliest collection that can be scheduled from now is for {earliest}");
        }
    }

    public void StartCollector() => _collector = ActivationClock.CreateTimer(
        static self =>
        {
            foreach (Activation activation in ((SiloNode)self!).Activations)
            {
                activation.Collect();
            }
        },
        this,
        Collection.CollectionQuantum,
        Collection.CollectionQuantum);

    /// <summary>Ends all activations, each with its OnDeactivateAsync.</summary>
    public async Task DeactivateAll(CancellationToken cancellationToken)
    {
        _collector?.Dispose();
        Activation[] activations = [.. Activations];
        foreach (Activation activation in activations)
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "This process is terminating."), cancellationToken);
        }

        await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
    }

    /// <summary>Drops everything without telling anyone, as when the process dies.</summary>
    public void Kill()
    {
        _collector?.Dispose();
        Cluster.Bury(this);
        StopCalls();
        foreach (Activation activation in Activations)
        {
            activation.Abandon();
        }
    }
}

/// <summary>The activations of one stateless grain on one silo.</summary>
internal sealed class WorkerPool
{
    private readonly List<Activation> _workers = [];

    public Activation Pick(int maxLocal, Func<Activation> create)
    {
        lock (_workers)
        {
            Activation? idlest = _workers.MinBy(worker => worker.QueueLength);
            if (idlest is null || (idlest.QueueLength > 0 && _workers.Count < maxLocal))
            {
                idlest = create();
                _workers.Add(idlest);
            }

            return idlest;
        }
    }

    public void Remove(Activation activation)
    {
        lock (_workers)
        {
            _workers.Remove(activation);
        }
    }
}
