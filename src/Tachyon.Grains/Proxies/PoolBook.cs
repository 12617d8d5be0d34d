using Tachyon.Grains.Durability;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <summary>
/// A pool's ledger and what is stored of it: one small head, and pages of shares, so that a change costs the same with ten
/// routes as with ten thousand.
/// </summary>
/// <remarks>
/// <para>One loop writes: the pages that changed and the head, together. A share that a crash takes makes the sum too low, never too
/// high, and its lock, which answers its consumer only after the share is durable here, says it again. The head's etag
/// fences what is signed: of two activations that are alive for a moment, one writes.</para>
/// <para>After a fault of the storage nothing is read or written here any more; the next activation reads all again. Used on the
/// activation's scheduler only.</para>
/// </remarks>
internal sealed class PoolBook(
    IPersistentState<PoolHead> head,
    Func<int, IPersistentState<PoolPage>> pageStorage,
    Func<Terms, PoolState, PoolLedger> makeLedger,
    Action deactivate)
{
    private const int ReadAtOnce = 64;

    private readonly List<Page> _pages = [];
    private readonly Dictionary<ChannelId, Entry> _entries = [];
    private readonly Stack<Page> _withRoom = [];
    private readonly HashSet<Page> _dirty = [];
    private PoolLedger? _ledger;
    private bool _isHeadDirty;
    private TaskCompletionSource? _waiting;
    private Task _loop = Task.CompletedTask;
    private bool _isWriting;
    private bool _isLost;

    /// <summary>The newest head; its chain is the ledger's.</summary>
    internal PoolHead Head { get; private set; } = new();

    /// <summary>The pool's ledger; null where there was no pool yet.</summary>
    internal PoolLedger? Ledger => _isLost ? throw Lost() : _ledger;

    /// <summary>How many routes are under way.</summary>
    internal int ActiveRoutes { get; private set; }

    /// <summary>How many records hold the shares.</summary>
    internal int Pages => _pages.Count;

    /// <summary>The locks with a share.</summary>
    internal IEnumerable<ChannelId> Locks => _entries.Keys;

    /// <summary>Reads everything. To be called once, before anything else.</summary>
    internal async Task LoadAsync()
    {
        await head.ReadStateAsync();
        Head = head.State;
        if (Head.Terms is not { } terms)
        {
            return;
        }

        var shares = new List<PoolShare>();
        ulong settledBytes = 0;
        foreach (int[] numbers in Enumerable.Range(0, Head.Pages).Chunk(ReadAtOnce))
        {
            foreach (Page page in await Task.WhenAll(numbers.Select(ReadAsync)))
            {
                _pages.Add(page);
            }
        }

        _ledger = makeLedger(terms, PoolState.New(terms.CapacityBytes));
        foreach (Page page in _pages)
        {
            PoolPage stored = page.Storage.State;
            if (stored.PoolId == _ledger.PoolId)
            {
                page.SettledBytes = stored.SettledBytes;
                settledBytes += stored.SettledBytes;
                shares.AddRange(stored.Shares.Select(share => Place(share, page)));
            }

            AddRoom(page);
        }

        _ledger = makeLedger(terms, new PoolState(RouteStateCodec.DecodePool(Head.Chain), settledBytes, shares));
    }

    /// <summary>Begins another pool: the shares of the one before are no business of this one.</summary>
    internal void Begin(PoolHead next)
    {
        _ledger = makeLedger(next.Terms!, PoolState.New(next.Terms!.CapacityBytes));
        _entries.Clear();
        _withRoom.Clear();
        _dirty.Clear();
        ActiveRoutes = 0;
        foreach (Page page in _pages)
        {
            page.Locks.Clear();
            page.SettledBytes = 0;
            _withRoom.Push(page);
        }

        Change(next with { Pages = _pages.Count });
    }

    /// <summary>Puts another head in place of the newest one.</summary>
    internal void Change(PoolHead next)
    {
        Head = next;
        _isHeadDirty = true;
    }

    /// <summary>The chain of evidence changed.</summary>
    internal void ChainChanged() => _isHeadDirty = true;

    /// <summary>Takes what a lock promised.</summary>
    internal ShareOutcome Raise(PoolPromise promise)
    {
        ShareOutcome outcome = Ledger!.Raise(promise.LockId, promise.Tag, promise.PromisedBytes);
        if (outcome.Record is not null)
        {
            if (!_entries.TryGetValue(promise.LockId, out Entry? entry))
            {
                entry = new Entry(promise.RouteAddress, PageWithRoom());
                entry.Page.Locks.Add(promise.LockId);
                _entries[promise.LockId] = entry;
                ActiveRoutes++;
            }

            _dirty.Add(entry.Page);
        }

        return outcome;
    }

    /// <summary>Takes an exit's count.</summary>
    internal TagCountOutcome ReceiveCount(SignedTagCount count)
    {
        TagCountOutcome outcome = Ledger!.ReceiveCount(count);
        if (outcome.Taken is { } taken)
        {
            _dirty.Add(_entries[taken.LockId].Page);
        }

        return outcome;
    }

    /// <summary>A lock promises nothing more. False where that is known, or it has no share.</summary>
    internal bool End(ChannelId lockId)
    {
        if (!_entries.TryGetValue(lockId, out Entry? entry) || entry.IsOver)
        {
            return false;
        }

        entry.IsOver = true;
        ActiveRoutes--;
        _dirty.Add(entry.Page);
        return true;
    }

    /// <summary>A lock is over for good.</summary>
    internal void Settle(ChannelId lockId)
    {
        if (Ledger?.Find(lockId) is { } share && _entries.Remove(lockId, out Entry? entry))
        {
            Ledger.Settle(lockId);
            ActiveRoutes -= entry.IsOver ? 0 : 1;
            entry.Page.Locks.Remove(lockId);
            entry.Page.SettledBytes += share.PromisedBytes;
            _withRoom.Push(entry.Page);
            _dirty.Add(entry.Page);
        }
    }

    /// <summary>Who may use the route of a lock with a share.</summary>
    internal Address RouteAddressOf(ChannelId lockId) => _entries[lockId].RouteAddress;

    /// <summary>Whether a lock has a share and promises more.</summary>
    internal bool IsUnderWay(ChannelId lockId) => _entries.TryGetValue(lockId, out Entry? entry) && !entry.IsOver;

    /// <summary>Completes when all that was changed by now is durable; at once when it is.</summary>
    /// <exception cref="StorageFaultException">It is not, or nobody knows.</exception>
    internal Task SaveAsync()
    {
        if (_isLost)
        {
            throw Lost();
        }

        if (!_isHeadDirty && _dirty.Count == 0 && !_isWriting)
        {
            return Task.CompletedTask;
        }

        _waiting ??= new TaskCompletionSource();
        Task saved = _waiting.Task;
        if (!_isWriting)
        {
            _loop = WriteAllAsync();
        }

        return saved;
    }

    /// <summary>Completes when no write is under way. For the end of an activation.</summary>
    internal Task DrainAsync() => _loop;

    private async Task WriteAllAsync()
    {
        _isWriting = true;
        while (_waiting is { } waiting)
        {
            _waiting = null;
            try
            {
                await WriteOnceAsync();
                waiting.SetResult();
            }
#pragma warning disable CA1031 // Any fault of any provider means the same: the outcome is unknown.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _isLost = true;
                deactivate();
                waiting.SetException(new StorageFaultException(fault));
                _waiting?.SetException(new StorageFaultException(fault));
                _waiting = null;
            }
        }

        _isWriting = false;
    }

    private async Task WriteOnceAsync()
    {
        PoolLedger ledger = _ledger!;
        Page[] pages = [.. _dirty];
        _dirty.Clear();
        PoolHead? next = _isHeadDirty || Head.Pages != _pages.Count
            ? Head = Head with { Chain = RouteStateCodec.Encode(ledger.ChainState), Pages = _pages.Count }
            : null;
        _isHeadDirty = false;
        if (next is not null && next.Pages != head.State.Pages)
        {
            // First the head: a page that it does not name would never be read again.
            await WriteAsync(head, next);
            next = null;
        }

        // Together, so that a storage that commits many writes at once does it once: whichever of them a crash takes, the sum of the
        // shares is too low or right, and what the head says was signed has not left.
        IEnumerable<Task> writes = pages.Select(page => WriteAsync(page.Storage, Contents(page, ledger)));
        await Task.WhenAll(next is null ? writes : writes.Append(WriteAsync(head, next)));
    }

    private PoolPage Contents(Page page, PoolLedger ledger) => new()
    {
        PoolId = ledger.PoolId,
        SettledBytes = page.SettledBytes,
        Shares = [.. page.Locks.Select(lockId =>
        {
            Entry entry = _entries[lockId];
            PoolShare share = ledger.Find(lockId)!.Value;
            return new StoredShare
            {
                LockId = lockId,
                Tag = share.Tag,
                RouteAddress = entry.RouteAddress,
                PromisedBytes = share.PromisedBytes,
                CountIndex = share.CountIndex,
                CountedBytes = share.CountedBytes,
                IsOver = entry.IsOver,
            };
        })],
    };

    private PoolShare Place(StoredShare share, Page page)
    {
        page.Locks.Add(share.LockId);
        _entries[share.LockId] = new Entry(share.RouteAddress, page) { IsOver = share.IsOver };
        ActiveRoutes += share.IsOver ? 0 : 1;
        return new PoolShare(share.LockId, share.Tag, share.PromisedBytes, share.CountIndex, share.CountedBytes);
    }

    private Page PageWithRoom()
    {
        while (_withRoom.TryPeek(out Page? page))
        {
            if (page.Locks.Count < PoolPage.MaxShares)
            {
                return page;
            }

            _withRoom.Pop();
        }

        var added = new Page(pageStorage(_pages.Count));
        _pages.Add(added);
        _withRoom.Push(added);
        return added;
    }

    private void AddRoom(Page page)
    {
        if (page.Locks.Count < PoolPage.MaxShares)
        {
            _withRoom.Push(page);
        }
    }

    private async Task<Page> ReadAsync(int number)
    {
        var page = new Page(pageStorage(number));
        await page.Storage.ReadStateAsync();
        return page;
    }

    private static Task WriteAsync<T>(IPersistentState<T> storage, T state)
    {
        storage.State = state;
        return storage.WriteStateAsync();
    }

    private static StorageFaultException Lost() => new("the pool is being read again after a fault of its storage");

    private sealed class Page(IPersistentState<PoolPage> storage)
    {
        internal IPersistentState<PoolPage> Storage { get; } = storage;

        internal HashSet<ChannelId> Locks { get; } = [];

        internal ulong SettledBytes { get; set; }
    }

    private sealed class Entry(Address routeAddress, Page page)
    {
        internal Address RouteAddress { get; } = routeAddress;

        internal Page Page { get; } = page;

        internal bool IsOver { get; set; }
    }
}
