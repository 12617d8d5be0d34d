using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>
/// Resolves one session's names: remembers answers for a while, asks once for what several want at a time, and bounds what the
/// machine's resolver is asked.
/// </summary>
/// <remarks>Of one session, so that no consumer learns from the time it takes what another has asked for.</remarks>
internal sealed class SessionResolver(IExitResolver inner, ExitLimits limits, SemaphoreSlim resolving, TimeProvider time) : IExitResolver
{
    private const int MaxRemembered = 1_024;
    private static readonly TimeSpan FoundLifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan NotFoundLifetime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly TokenBucket _lookups = new(limits.LookupsAtOnce, limits.LookupsPerSecond, time);

    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(name, out entry!) || IsOld(entry))
            {
                if (!_lookups.TryTake(1) || (_entries.Count >= MaxRemembered && !Forget()))
                {
                    return Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain));
                }

                // Under no caller's token: who gives up first must not take the answer from the others.
                entry = new Entry(ResolveAsync(name), time.GetTimestamp());
                _entries[name] = entry;
            }
        }

        return entry.Answer.WaitAsync(cancellationToken);
    }

    private async Task<IPAddress[]> ResolveAsync(string name)
    {
        await resolving.WaitAsync(CancellationToken.None);
        try
        {
            return await inner.ResolveAsync(name, CancellationToken.None);
        }
        finally
        {
            resolving.Release();
        }
    }

    private bool IsOld(Entry entry)
    {
        if (!entry.Answer.IsCompleted)
        {
            return false;
        }

        var lifetime = entry.Answer is { IsCompletedSuccessfully: true, Result.Length: > 0 } ? FoundLifetime : NotFoundLifetime;
        return time.GetElapsedTime(entry.AskedAt) >= lifetime;
    }

    // Whatever is answered may go; what is being asked stays, and is bounded by the rate.
    private bool Forget()
    {
        foreach (var (name, entry) in _entries)
        {
            if (entry.Answer.IsCompleted)
            {
                _ = entry.Answer.Exception;
                return _entries.Remove(name);
            }
        }

        return false;
    }

    private sealed record Entry(Task<IPAddress[]> Answer, long AskedAt);
}
