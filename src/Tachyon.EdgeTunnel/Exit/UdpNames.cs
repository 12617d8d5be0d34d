using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>
/// The names that one UDP association sends to: resolved once and then for a while, with few datagrams waiting meanwhile.
/// </summary>
internal sealed class UdpNames(IExitResolver resolver, UdpExitOptions options, TimeProvider time, UdpNames.Sender send, CancellationToken closed)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private int _waitingBytes;

    /// <summary>Sends to the first of the addresses that will do.</summary>
    internal delegate void Sender(IPAddress[] addresses, ushort port, ReadOnlySpan<byte> data);

    /// <summary>Sends to a name: at once if it is known, later if it is being resolved, or never.</summary>
    public void Send(string name, ushort port, ReadOnlySpan<byte> data)
    {
        IPAddress[]? addresses;
        lock (_lock)
        {
            var entry = Find(name);
            if (entry is null)
            {
                return;
            }

            addresses = entry.Addresses;
            if (addresses is null && _waitingBytes + Cost(data.Length) <= options.MaxWaitingBytes)
            {
                _waitingBytes += Cost(data.Length);
                entry.Waiting.Enqueue((port, data.ToArray()));
            }
        }

        if (addresses is not null)
        {
            send(addresses, port, data);
        }
    }

    // An empty datagram takes memory too.
    private static int Cost(int dataBytes) => dataBytes + 64;

    // The entry, being resolved if it is new or old; null when there are too many.
    private Entry? Find(string name)
    {
        if (_entries.TryGetValue(name, out var known) && (known.Addresses is null || time.GetElapsedTime(known.ResolvedAt) < options.NameLifetime))
        {
            return known;
        }

        if (closed.IsCancellationRequested || (known is null && _entries.Count >= options.MaxNames && !DropOne()))
        {
            return null;
        }

        var entry = new Entry();
        _entries[name] = entry;
        _ = ResolveAsync(name, entry);
        return entry;
    }

    private bool DropOne()
    {
        foreach (var (name, entry) in _entries)
        {
            if (entry.Addresses is not null)
            {
                return _entries.Remove(name);
            }
        }

        return false;
    }

    private async Task ResolveAsync(string name, Entry entry)
    {
        IPAddress[] addresses = [];
        try
        {
            // Off the session's reader: resolving may take its time before the first await.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            using var limit = new CancellationTokenSource(options.ResolveTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, closed);
            addresses = await resolver.ResolveAsync(name, either.Token).WaitAsync(either.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Not resolved: what waits is dropped, and the name is asked for again once it is old.
        }

        while (true)
        {
            (ushort Port, byte[] Data) next;
            lock (_lock)
            {
                if (!entry.Waiting.TryDequeue(out next))
                {
                    // Under the same lock, so that nothing is queued behind the last look.
                    (entry.Addresses, entry.ResolvedAt) = (addresses, time.GetTimestamp());
                    return;
                }

                _waitingBytes -= Cost(next.Data.Length);
            }

            send(addresses, next.Port, next.Data);
        }
    }

    private sealed class Entry
    {
        public Queue<(ushort Port, byte[] Data)> Waiting { get; } = new();

        /// <summary>Null while being resolved; empty where the name has none.</summary>
        public IPAddress[]? Addresses { get; set; }

        public long ResolvedAt { get; set; }
    }
}
