using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Observers;

/// <summary>The observers of one activation. Each is dropped when it is not renewed in time or cannot be reached.</summary>
/// <remarks>Memory only, and used on the activation's scheduler only. Pushes are best effort.</remarks>
internal sealed class ObserverSet<T>(GrainClock clock)
    where T : class, IGrainObserver
{
    /// <summary>An observer that is not renewed for so long is dropped.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly Dictionary<T, DateTimeOffset> _renewedAt = [];

    /// <summary>True when there is none.</summary>
    internal bool IsEmpty => _renewedAt.Count == 0;

    /// <summary>Adds or renews an observer; true when it is new.</summary>
    internal bool Renew(T observer)
    {
        bool isNew = !_renewedAt.ContainsKey(observer);
        _renewedAt[observer] = clock.UtcNow;
        return isNew;
    }

    /// <summary>Forgets an observer, if known.</summary>
    internal void Remove(T observer) => _renewedAt.Remove(observer);

    /// <summary>Forgets all.</summary>
    internal void Clear() => _renewedAt.Clear();

    /// <summary>Pushes to all that are still there. Completes when the messages have left, and never fails.</summary>
    internal async Task Push(Func<T, Task> push)
    {
        foreach ((T observer, DateTimeOffset renewedAt) in _renewedAt.ToArray())
        {
            if (renewedAt + Life < clock.UtcNow)
            {
                _renewedAt.Remove(observer);
                continue;
            }

            try
            {
                await push(observer);
            }
#pragma warning disable CA1031 // An observer that cannot be reached is gone, whatever the reason.
            catch (Exception)
#pragma warning restore CA1031
            {
                _renewedAt.Remove(observer);
            }
        }
    }
}
