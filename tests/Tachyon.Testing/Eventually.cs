using System.Diagnostics;

namespace Tachyon.Testing;

/// <summary>Waits for what happens soon, instead of sleeping for as long as it might take.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>How long to wait when a test does not say: far longer than anything takes on a busy machine.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="TimeoutException">It did not; the message says what was waited for.</exception>
    public static Task TrueAsync(Func<bool> condition, string waitingFor, TimeSpan? timeout = null)
        => TrueAsync(() => Task.FromResult(condition()), waitingFor, timeout);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)" />
    public static async Task TrueAsync(Func<Task<bool>> condition, string waitingFor, TimeSpan? timeout = null)
        => await ValueAsync(async () => await condition() ? (object)true : null, waitingFor, timeout);

    /// <summary>Waits until there is a value, and gives it.</summary>
    /// <exception cref="TimeoutException">There was none; the message says what was waited for.</exception>
    public static async Task<T> ValueAsync<T>(Func<Task<T?>> find, string waitingFor, TimeSpan? timeout = null)
        where T : class
    {
        var limit = timeout ?? DefaultTimeout;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"After {limit.TotalSeconds:0.#} s still waiting for: {waitingFor}");
            }

            await Task.Delay(Interval);
        }
    }
}
