using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

internal enum ActivationState
{
    Activating,
    Valid,
    Deactivating,
    Invalid,
}

/// <summary>One live instance of a grain: its queue of requests, its turns, its life.</summary>
/// <remarks>
/// <code>
/// Activating ──> Valid ──> Deactivating ──> Invalid
///     └────────────────────────^   (OnActivateAsync threw: queued requests are rejected with what it threw)
/// </code>
/// Requests that arrive while deactivating wait, and then go to the next activation.
/// </remarks>
internal sealed partial class Activation : IGrainContext
{
    private readonly object _lock = new();
    private readonly List<Message> _waiting = [];
    private readonly Dictionary<Type, object> _components = [];
    private readonly HashSet<IDisposable> _timers = [];
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _activationCancelled = new();
    private readonly GrainLifecycle _lifecycle = new();
    private readonly AsyncServiceScope _scope;
    private readonly WorkGroup _group;
    private readonly List<Message> _running = [];
    private Message? _blocking;
    private Dictionary<Guid, int>? _reentrant;
    private ActivationState _state = ActivationState.Activating;
    private DeactivationReason _reason;
    private bool _operating;
    private bool _pumpScheduled;
    private bool _wasValid;
    private bool _abandoned;
    private DateTimeOffset _keepAliveUntil;
    private long _idleSince;

    public Activation(SiloNode silo, GrainId grainId, GrainClass shared)
    {
        Silo = silo;
        GrainId = grainId;
        Shared = shared;
        ActivationId = ActivationId.NewId();
        Address = new GrainAddress { GrainId = grainId, ActivationId = ActivationId, SiloAddress = silo.Address };
        _scope = silo.Services.CreateAsyncScope();
        _group = new WorkGroup(this);
        _idleSince = Stopwatch.GetTimestamp();
        GrainReference = shared.Interface.Create(silo, grainId);
    }

    public SiloNode Silo { get; }

    public GrainClass Shared { get; }

    public GrainId GrainId { get; }

    public ActivationId ActivationId { get; }

    public GrainAddress Address { get; }

    public GrainReference GrainReference { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => _lifecycle;

    public IWorkItemScheduler Scheduler => _group;

    public Task Deactivated => _deactivated.Task;

    public WorkGroup Group => _group;

    public int QueueLength
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count + _running.Count;
            }
        }
    }

    public object? GetTarget() => GrainInstance;

    public object? GetComponent(Type componentType)
    {
        lock (_lock)
        {
            return _components.GetValueOrDefault(componentType) ?? (componentType.IsInstanceOfType(GrainInstance) ? GrainInstance : null);
        }
    }

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        lock (_lock)
        {
            if (value is null)
            {
                _components.Remove(typeof(TComponent));
            }
            else
            {
                _components[typeof(TComponent)] = value;
            }
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => ActivationId.GetHashCode();

    public void AddTimer(IDisposable timer)
    {
        lock (_lock)
        {
            _timers.Add(timer);
        }
    }

    public void RemoveTimer(IDisposable timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    public void EnterReentrantSection(Guid id)
    {
        lock (_lock)
        {
            _reentrant ??= [];
            _reentrant[id] = _reentrant.GetValueOrDefault(id) + 1;
        }
    }

    public void ExitReentrantSection(Guid id)
    {
        lock (_lock)
        {
            if (_reentrant is not null && _reentrant.TryGetValue(id, out int count))
            {
                _ = count == 1 ? _reentrant.Remove(id) : (_reentrant[id] = count - 1) >= 0;
            }
        }
    }

    public void DelayDeactivation(TimeSpan span)
    {
        lock (_lock)
        {
            DateTimeOffset now = Silo.GrainClock.GetUtcNow();
            _keepAliveUntil = span == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue
                : span <= TimeSpan.Zero ? default
                : span == TimeSpan.MaxValue || now > DateTimeOffset.MaxValue - span ? DateTimeOffset.MaxValue
                : now + span;
        }
    }

    /// <summary>Ends the activation if it has been idle for longer than its class allows.</summary>
    /// <remarks>Idleness is real time, whatever clock the collector runs by: so it is in the real package.</remarks>
    public void Collect()
    {
        lock (_lock)
        {
            if (_state != ActivationState.Valid || _running.Count > 0 || _waiting.Count > 0
                || Shared.CollectionAge(Silo) is not { } age
                || DateTimeOffset.UtcNow < _keepAliveUntil
                || Stopwatch.GetElapsedTime(_idleSince) < age)
            {
                return;
            }
        }

        Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Activation is idle."));
    }

    /// <summary>Forgets everything at once, as when the process dies: nothing is called, timers stop, calls out of it fail.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _abandoned = true;
            _state = ActivationState.Invalid;
            _waiting.Clear();
        }

        DisposeTimers();
        _deactivated.TrySetResult();
    }

    public override string ToString() => $"[Activation: {Silo.Address}/{GrainId}{ActivationId} State={_state}]";

    private void DisposeTimers()
    {
        IDisposable[] timers;
        lock (_lock)
        {
            timers = [.. _timers];
            _timers.Clear();
        }

        foreach (IDisposable timer in timers)
        {
            timer.Dispose();
        }
    }
}
