using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Observers;

/// <summary>The observers of one activation. Each is dropped when it is not renewed in time or cannot be reached.</summary>
/// <remarks>Memory only, and used on the activation's scheduler only. Pushes are best effort.</remarks>
internal sealed class ObserverSet<T>(GrainClock clock)
    where T : class, IGrainObserver
{
    /// <summary>An observer that is not renewed for so long is dropped.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    // One or two as a rule, and there is a set for each active channel: a dictionary of one takes five times as much memory.
    private (T Observer, DateTimeOffset RenewedAt)[] _known = [];

    /// <summary>True when there is none.</summary>
    internal bool IsEmpty => _known.Length == 0;

    /// <summary>Adds or renews an observer; true when it is new.</summary>
    internal bool Renew(T observer)
    {
        int at = IndexOf(observer);
        if (at >= 0)
        {
            _known[at].RenewedAt = clock.UtcNow;
            return false;
        }

        _known = [.. _known, (observer, clock.UtcNow)];
        return true;
    }

    /// <summary>Forgets an observer, if known.</summary>
    internal void Remove(T observer)
    {
        if (IndexOf(observer) is var at and >= 0)
        {
            _known = [.. _known[..at], .. _known[(at + 1)..]];
        }
    }

    /// <summary>Forgets all.</summary>
    internal void Clear() => _known = [];

    /// <summary>Pushes to all that are still there. Completes when the messages have left, and never fails.</summary>
    internal async Task Push(Func<T, Task> push)
    {
        foreach ((T observer, DateTimeOffset renewedAt) in _known.ToArray())
        {
            if (renewedAt + Life < clock.UtcNow)
            {
                Remove(observer);
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
                Remove(observer);
            }
        }
    }

    private int IndexOf(T observer) => Array.FindIndex(_known, known => known.Observer.Equals(observer));
}
