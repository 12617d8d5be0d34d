using System.Collections;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Utilities;

/// <summary>Observers by their own reference.</summary>
public class ObserverManager<TObserver>(TimeSpan expiration, ILogger log) : ObserverManager<IAddressable, TObserver>(expiration, log);

/// <summary>Keeps subscriptions, drops those not renewed in time and those that fail. Used within one grain, so not thread safe.</summary>
public class ObserverManager<TIdentity, TObserver> : IEnumerable<TObserver>
    where TIdentity : notnull
{
    private readonly ILogger _log;
    private Dictionary<TIdentity, (TObserver Observer, DateTime LastSeen)> _observers = [];

    public ObserverManager(TimeSpan expiration, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(log);
        ExpirationDuration = expiration;
        _log = log;
    }

    public Func<DateTime> GetDateTime { get; set; } = () => DateTime.UtcNow;

    public TimeSpan ExpirationDuration { get; set; }

    public int Count => _observers.Count;

    public IReadOnlyDictionary<TIdentity, TObserver> Observers => _observers.ToDictionary(pair => pair.Key, pair => pair.Value.Observer);

    public void Clear() => _observers = [];

    public void Subscribe(TIdentity id, TObserver observer) =>
        _observers = new Dictionary<TIdentity, (TObserver, DateTime)>(_observers) { [id] = (observer, GetDateTime()) };

    public void Unsubscribe(TIdentity id) => Drop([id]);

    public async Task Notify(Func<TObserver, Task> notification, Func<TObserver, bool>? predicate = null)
    {
        List<TIdentity> defunct = [];
        foreach ((TIdentity id, TObserver observer) in Live(defunct, predicate))
        {
            try
            {
                await notification(observer);
            }
            catch (Exception exception)
            {
                Failed(id, exception, defunct);
            }
        }

        Drop(defunct);
    }

    public void Notify(Action<TObserver> notification, Func<TObserver, bool>? predicate = null)
    {
        List<TIdentity> defunct = [];
        foreach ((TIdentity id, TObserver observer) in Live(defunct, predicate))
        {
            try
            {
                notification(observer);
            }
            catch (Exception exception)
            {
                Failed(id, exception, defunct);
            }
        }

        Drop(defunct);
    }

    public void ClearExpired()
    {
        List<TIdentity> defunct = [];
        _ = Live(defunct, _ => false).Count();
        Drop(defunct);
    }

    public IEnumerator<TObserver> GetEnumerator() => _observers.Values.Select(value => value.Observer).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Walks a snapshot, since subscriptions may change while a notification is awaited.</summary>
    private IEnumerable<(TIdentity Id, TObserver Observer)> Live(List<TIdentity> defunct, Func<TObserver, bool>? predicate)
    {
        DateTime now = GetDateTime();
        foreach ((TIdentity id, (TObserver observer, DateTime lastSeen)) in _observers)
        {
            if (lastSeen + ExpirationDuration < now)
            {
                defunct.Add(id);
            }
            else if (predicate is null || predicate(observer))
            {
                yield return (id, observer);
            }
        }
    }

    private void Failed(TIdentity id, Exception exception, List<TIdentity> defunct)
    {
        _log.LogDebug(exception, "Observer {Id} failed and is removed", id);
        defunct.Add(id);
    }

    private void Drop(List<TIdentity> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        Dictionary<TIdentity, (TObserver, DateTime)> left = new(_observers);
        foreach (TIdentity id in ids)
        {
            left.Remove(id);
        }

        _observers = left;
    }
}
