using Orleans;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>Stages subscribed to in any order and run upwards on start, downwards on stop.</summary>
internal class StagedLifecycle : ILifecycleObservable, ILifecycleObserver
{
    private readonly List<Subscription> _subscriptions = [];
    private int? _highest;

    /// <summary>The highest stage that has completed; <see cref="int.MinValue"/> before the first.</summary>
    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (_highest is not null)
        {
            throw new InvalidOperationException("Lifecycle has already been started.");
        }

        Subscription subscription = new(this, stage, observer);
        _subscriptions.Add(subscription);
        return subscription;
    }

    public async Task OnStart(CancellationToken cancellationToken = default)
    {
        if (_highest is not null)
        {
            throw new InvalidOperationException("Lifecycle has already been started.");
        }

        _highest = int.MinValue;
        foreach (IGrouping<int, Subscription> stage in _subscriptions.GroupBy(each => each.Stage).OrderBy(group => group.Key).ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _highest = stage.Key;
            await Task.WhenAll([.. stage.Select(each => each.Observer.OnStart(cancellationToken))]);
            HighestCompletedStage = stage.Key;
        }
    }

    public async Task OnStop(CancellationToken cancellationToken = default)
    {
        if (_highest is not { } highest)
        {
            return;
        }

        List<Exception> failures = [];
        foreach (IGrouping<int, Subscription> stage in _subscriptions.GroupBy(each => each.Stage).Where(group => group.Key <= highest).OrderByDescending(group => group.Key).ToArray())
        {
            try
            {
                await Task.WhenAll([.. stage.Select(each => each.Observer.OnStop(cancellationToken))]);
            }
            catch (Exception exception)
            {
                // Stopping goes on: what is below still has to be flushed and closed.
                failures.Add(exception);
            }

            LowestStoppedStage = stage.Key;
        }

        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new AggregateException(failures);
        }
    }

    private sealed class Subscription(StagedLifecycle owner, int stage, ILifecycleObserver observer) : IDisposable
    {
        public int Stage => stage;

        public ILifecycleObserver Observer => observer;

        public void Dispose() => owner._subscriptions.Remove(this);
    }
}

internal sealed class GrainLifecycle : StagedLifecycle, IGrainLifecycle;

internal sealed class SiloLifecycle : StagedLifecycle, ISiloLifecycleSubject;

internal sealed class ClientLifecycle : StagedLifecycle, IClusterClientLifecycle;
