using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace StandIns.OrleansRuntime;

/// <summary>The silos and clients of one cluster within this process, and where each grain lives.</summary>
internal sealed class Cluster(string key)
{
    private static readonly ConcurrentDictionary<string, Cluster> s_clusters = new();

    private readonly ConcurrentDictionary<GrainId, Activation> _directory = new();

    // First activations of grains that were given a second one on purpose.
    private readonly ConcurrentDictionary<GrainId, Activation> _stale = new();
    private readonly ConcurrentDictionary<RuntimeNode, byte> _nodes = new();
    private readonly object _lock = new();
    private SiloNode[] _silos = [];

    public string Key { get; } = key;

    /// <summary>Observers, wherever they live.</summary>
    public ConcurrentDictionary<GrainId, ObserverTarget> Observers { get; } = new();

    /// <summary>What in-memory providers keep for as long as the cluster lives.</summary>
    public ConcurrentDictionary<string, object> Memory { get; } = new();

    /// <summary>Silos that take new activations.</summary>
    public SiloNode[] ActiveSilos => _silos;

    /// <summary>Raised when silos join or leave.</summary>
    public event Action? MembershipChanged;

    /// <summary>Clusters by the gateway ports of their silos, for clients of the same process.</summary>
    public static ConcurrentDictionary<int, Cluster> Gateways { get; } = new();

    public static Cluster Get(string key) => s_clusters.GetOrAdd(key, static k => new Cluster(k));

    public void Join(RuntimeNode node) => _nodes.TryAdd(node, 0);

    public void Leave(RuntimeNode node)
    {
        _nodes.TryRemove(node, out _);
        if (_nodes.IsEmpty)
        {
            s_clusters.TryRemove(new KeyValuePair<string, Cluster>(Key, this));
        }
    }

    public void Activate(SiloNode silo)
    {
        lock (_lock)
        {
            _silos = [.. _silos.Append(silo).OrderBy(each => each.Address)];
        }

        MembershipChanged?.Invoke();
    }

    public void Deactivate(SiloNode silo)
    {
        lock (_lock)
        {
            if (!_silos.Contains(silo))
            {
                return;
            }

            _silos = [.. _silos.Where(each => each != silo)];
        }

        MembershipChanged?.Invoke();
    }

    /// <summary>Drops what a dead silo held, and fails the calls that were in flight to it.</summary>
    public void Bury(SiloNode silo)
    {
        Deactivate(silo);
        foreach (Activation activation in _directory.Values.Concat(_stale.Values))
        {
            if (activation.Silo == silo)
            {
                Unregister(activation);
            }
        }

        foreach (RuntimeNode node in _nodes.Keys)
        {
            node.OnSiloDead(silo);
        }
    }

    public Activation? FindActivation(GrainId grainId) => _directory.GetValueOrDefault(grainId);

    public void Unregister(Activation activation)
    {
        _directory.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));
        _stale.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));
    }

    /// <summary>Makes a second activation current, while callers on the first one's silo go on reaching the first.</summary>
    public void Duplicate(GrainId grainId, SiloNode silo)
    {
        if (!_directory.TryGetValue(grainId, out Activation? first) || first.Silo == silo)
        {
            throw new InvalidOperationException($"{grainId} is not active on a silo other than {silo.Name}");
        }

        Activation second = silo.CreateActivation(grainId, first.Shared);
        _stale[grainId] = first;
        _directory[grainId] = second;
        second.Activate(null);
    }

    /// <summary>The activation that a call to <paramref name="target"/> would go to, made if need be; null for an observer.</summary>
    public Activation? FindReceiver(GrainId target, RuntimeNode source) =>
        target.Type == ObserverTarget.Type ? null : Locate(target, source);

    /// <summary>The node of an observer; null when it is gone.</summary>
    public RuntimeNode? FindObserver(GrainId target) => Observers.GetValueOrDefault(target)?.Node;

    /// <param name="message">What to hand over.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="receiver">The activation, if it was found already.</param>
    public void Dispatch(Message message, RuntimeNode source, Activation? receiver = null)
    {
        try
        {
            if (message.Target.Type == ObserverTarget.Type)
            {
                DispatchToObserver(message);
                return;
            }

            Activation activation = receiver ?? Locate(message.Target, source);
            message.Receiver = activation.Silo;
            activation.Receive(message);
        }
        catch (Exception exception)
        {
            message.Reject(exception);
        }
    }

    private void DispatchToObserver(Message message)
    {
        if (Observers.TryGetValue(message.Target, out ObserverTarget? observer))
        {
            message.Receiver = observer.Node;
            observer.Receive(message);
        }

        // Else nobody answers, as in the real package: the caller times out.
    }

    private Activation Locate(GrainId grainId, RuntimeNode source)
    {
        if (!_stale.IsEmpty && _stale.TryGetValue(grainId, out Activation? stale) && stale.Silo == source)
        {
            return stale;
        }

        if (_directory.TryGetValue(grainId, out Activation? known))
        {
            return known;
        }

        GrainClass grainClass = GrainClasses.Current.Get(grainId.Type);
        if (grainClass.Workers is { } maxLocal)
        {
            return Choose(grainClass, grainId, source).Worker(grainId, grainClass, maxLocal);
        }

        Activation made = Choose(grainClass, grainId, source).CreateActivation(grainId, grainClass);
        Activation current = _directory.GetOrAdd(grainId, made);
        if (current == made)
        {
            made.Activate(RequestContext.Values);
        }
        else
        {
            made.Silo.Forget(made);
        }

        return current;
    }

    private SiloNode Choose(GrainClass grainClass, GrainId grainId, RuntimeNode source)
    {
        SiloNode[] silos = _silos;
        if (silos.Length == 0)
        {
            throw source is ClientNode
                ? new ConnectionFailedException($"Unable to connect to any gateway of cluster {Key}")
                : new SiloUnavailableException($"No silo of cluster {Key} is active, so {grainId} cannot be placed");
        }

        return grainClass.Placement switch
        {
            PreferLocalPlacement or StatelessWorkerPlacement when source is SiloNode local && silos.Contains(local) => local,
            HashBasedPlacement => silos[(int)(grainId.GetUniformHashCode() % (uint)silos.Length)],
            ActivationCountBasedPlacement => silos.MinBy(silo => silo.ActivationCount)!,
            _ => silos[Random.Shared.Next(silos.Length)],
        };
    }
}
