using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Deadlines;

/// <summary>
/// The deadlines of a shard: in pages of a few KB, so that a change costs the same with ten deadlines as with a hundred
/// thousand, and in memory which page each channel is on.
/// </summary>
/// <remarks>
/// <para>Though another activation of the shard may be alive for a moment, no deadline that was acknowledged is unknown to
/// the one that lives on: loading begins by writing a new epoch, and a change is acknowledged only if the epoch still
/// stands after it was written. Pages have etags, so neither overwrites what the other wrote.</para>
/// <para>After a fault nothing is read or written here any more; the next activation reads all again. Calls take turns.</para>
/// </remarks>
internal sealed class DeadlineLedger(
    Func<IPersistentState<DeadlineHead>> headStorage, Func<int, IPersistentState<DeadlinePage>> pageStorage, Action deactivate)
{
    private const int PagesTakenAtOnce = 16;
    private const int ReadAtOnce = 64;

    private readonly List<IPersistentState<DeadlinePage>> _pages = [];
    private readonly Dictionary<ChannelId, (int Page, ulong DueAtSeconds)> _places = [];

    // Pages with room; one may be here that has none any more.
    private readonly Stack<int> _withRoom = [];
    private IPersistentState<DeadlineHead> _head = null!;
    private bool _lost;

    /// <summary>How many channels have a deadline.</summary>
    internal int Count => _places.Count;

    /// <summary>True when the channel has a deadline.</summary>
    internal bool Holds(ChannelId channel) => _places.ContainsKey(channel);

    /// <summary>All deadlines, in no order.</summary>
    internal IEnumerable<(ChannelId Channel, ulong DueAtSeconds)> All => _places.Select(place => (place.Key, place.Value.DueAtSeconds));

    /// <summary>Reads everything. To be called once, before anything else.</summary>
    internal async Task LoadAsync()
    {
        _head = headStorage();
        await _head.ReadStateAsync();
        await WriteAsync(_head, _head.State with { Epoch = _head.State.Epoch + 1 });
        foreach (int[] pages in Enumerable.Range(0, _head.State.Pages).Chunk(ReadAtOnce))
        {
            _pages.AddRange(await Task.WhenAll(pages.Select(ReadAsync)));
        }

        for (int page = 0; page < _pages.Count; page++)
        {
            await IndexAsync(page);
        }
    }

    /// <summary>Sets or takes off the channel's deadline; completes when that is durable.</summary>
    /// <exception cref="StorageFaultException">It is not, or nobody knows.</exception>
    internal async Task SetAsync(ChannelId channel, ulong? dueAtSeconds)
    {
        ThrowIfLost();
        if (!_places.TryGetValue(channel, out (int Page, ulong DueAtSeconds) place))
        {
            if (dueAtSeconds is null)
            {
                return;
            }

            place.Page = await PageWithRoomAsync();
        }

        if (dueAtSeconds != place.DueAtSeconds)
        {
            await WriteAsync(_pages[place.Page], _pages[place.Page].State.With(channel, dueAtSeconds));
        }

        await ConfirmOwnAsync();
        if (dueAtSeconds is { } due)
        {
            _places[channel] = (place.Page, due);
        }
        else
        {
            _places.Remove(channel);
            _withRoom.Push(place.Page);
        }
    }

    /// <summary>Completes when no other activation had taken over by now.</summary>
    /// <exception cref="StorageFaultException">One has, or nobody knows.</exception>
    internal async Task ConfirmOwnAsync()
    {
        ThrowIfLost();
        IPersistentState<DeadlineHead> seen = headStorage();
        await GuardAsync(seen.ReadStateAsync);
        if (seen.State.Epoch != _head.State.Epoch)
        {
            Lose();
            ThrowIfLost();
        }
    }

    private async Task IndexAsync(int page)
    {
        foreach (Deadline deadline in _pages[page].State.Deadlines)
        {
            if (!_places.TryGetValue(deadline.ChannelId, out (int Page, ulong DueAtSeconds) other))
            {
                _places[deadline.ChannelId] = (page, deadline.DueAtSeconds);
                continue;
            }

            // Two activations put it on two pages. A call too early costs a call, one too late may cost money.
            ulong earlier = Math.Min(other.DueAtSeconds, deadline.DueAtSeconds);
            await WriteAsync(_pages[other.Page], _pages[other.Page].State.With(deadline.ChannelId, earlier));
            await WriteAsync(_pages[page], _pages[page].State.With(deadline.ChannelId, dueAtSeconds: null));
            _places[deadline.ChannelId] = (other.Page, earlier);
        }

        if (HasRoom(page))
        {
            _withRoom.Push(page);
        }
    }

    private async Task<int> PageWithRoomAsync()
    {
        while (true)
        {
            while (_withRoom.TryPeek(out int page))
            {
                if (HasRoom(page))
                {
                    return page;
                }

                _withRoom.Pop();
            }

            // First the head: a page that it does not name would never be read again.
            int first = _pages.Count;
            await WriteAsync(_head, _head.State with { Pages = first + PagesTakenAtOnce });
            foreach (int page in Enumerable.Range(first, PagesTakenAtOnce))
            {
                _pages.Add(await ReadAsync(page));
                if (_pages[page].RecordExists)
                {
                    Lose(); // Only another activation, to which these pages belong as well, can have written them.
                    ThrowIfLost();
                }

                _withRoom.Push(page);
            }
        }
    }

    private bool HasRoom(int page) => _pages[page].State.Deadlines.Length < DeadlinePage.MaxDeadlines;

    private async Task<IPersistentState<DeadlinePage>> ReadAsync(int page)
    {
        IPersistentState<DeadlinePage> storage = pageStorage(page);
        await GuardAsync(storage.ReadStateAsync);
        return storage;
    }

    private Task WriteAsync<T>(IPersistentState<T> storage, T state)
    {
        storage.State = state;
        return GuardAsync(storage.WriteStateAsync);
    }

    private async Task GuardAsync(Func<Task> operation)
    {
        try
        {
            await operation();
        }
#pragma warning disable CA1031 // Any fault of any provider means the same: the outcome is unknown.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Lose();
            throw new StorageFaultException(fault);
        }
    }

    private void Lose()
    {
        _lost = true;
        deactivate();
    }

    private void ThrowIfLost()
    {
        if (_lost)
        {
            throw new StorageFaultException("the deadlines are being read again after a fault of their storage");
        }
    }
}
