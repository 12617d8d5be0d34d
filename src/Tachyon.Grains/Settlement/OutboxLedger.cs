using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Settlement;

/// <summary>
/// The operations of an outbox and its nonces: one small head and one record per operation, so that a change costs the
/// same with ten operations as with a hundred thousand; and in memory, the orders in which they are looked for.
/// </summary>
/// <remarks>
/// <para>What must hold though another activation of the same grain may be alive for a moment, and though any write may
/// be the last before a crash:</para>
/// <para>1. A nonce belongs to one operation. It is given away by a write of the head, whose etag lets one activation
/// succeed; the other never learns of a nonce and ends. Only afterwards is anything signed with it.</para>
/// <para>2. All transactions ever sent with a nonce are in one record. A transaction is sent only after the record of its
/// operation holds it, and the record's etag lets one activation write: of two that hold the same grant, from before they
/// parted, one keeps its transaction and sends it, and the other sends nothing. At most one transaction of a nonce is mined.</para>
/// <para>3. A nonce that was given away is used. After a crash between the two writes the head still says whose it is, and
/// the next activation signs for that operation, or fills the nonce.</para>
/// <para>4. What was acknowledged is known to whoever is the outbox next. Loading begins by writing a new epoch into the head,
/// and only then reads the operations; an addition is acknowledged only if the epoch is still the old one after it was
/// written. So either the next activation has read it, or it was not acknowledged. Rounds begin by looking at the epoch too.</para>
/// <para>5. After a fault of the storage, or a sign of another activation, nothing is read or written here any more: what is
/// in memory may be wrong, and the next activation reads it all again.</para>
/// <para>One operation handed to both activations may take two slots; loading keeps the one that is further. Used on the
/// activation's scheduler only. The round alone changes operations that are there; calls only add.</para>
/// </remarks>
internal sealed class OutboxLedger
{
    /// <summary>The most ended operations that are kept, so that a repeated request still finds its answer.</summary>
    internal const int MaxEnded = 256;

    private const int SlotsTakenAtOnce = 64;
    private const int ReadAtOnce = 64;

    private DurableRecord<OutboxHead> _head = null!;
    private readonly Func<IPersistentState<OutboxHead>> _headStorage;
    private readonly Func<int, IPersistentState<OutboxSlot>> _slotStorage;
    private readonly Action _deactivate;
    private readonly List<Cell> _slots = [];
    private readonly Stack<Cell> _unused = [];
    private readonly Dictionary<string, Cell> _byId = [];
    private readonly SortedDictionary<(long Sequence, int Slot), Cell> _open = [];
    private readonly SortedSet<(ulong EndedAtMs, long Sequence, int Slot)> _ended = [];
    private readonly SortedDictionary<ulong, Cell> _inFlight = [];
    private readonly Dictionary<string, Cell> _leaders = [];
    private readonly Dictionary<(ChannelId Channel, IntentKind Kind), int> _unminedOfKind = [];
    private Task? _takingSlots;
    private long _nextSequence = 1;
    private bool _lost;

    /// <param name="headStorage">Gives the record of the head, not read yet.</param>
    /// <param name="slotStorage">Gives the record of a slot, not read yet.</param>
    /// <param name="deactivate">Ends the activation as soon as it is idle.</param>
    internal OutboxLedger(Func<IPersistentState<OutboxHead>> headStorage, Func<int, IPersistentState<OutboxSlot>> slotStorage, Action deactivate)
    {
        _deactivate = deactivate;
        _headStorage = headStorage;
        _slotStorage = slotStorage;
    }

    /// <summary>The nonce that the next operation takes; null until the chain was asked for the first time.</summary>
    internal ulong? NextNonce => Sound(_head).Newest.NextNonce;

    /// <summary>Operations that have not ended, in the order in which they came.</summary>
    internal IEnumerable<OutboxEntry> Open => _open.Values.Select(cell => cell.Entry!);

    internal int OpenCount => _open.Count;

    /// <summary>The newest ended ones, newest first.</summary>
    internal IEnumerable<OutboxEntry> Ended => _ended.Reverse().Select(place => _slots[place.Slot].Entry!);

    /// <summary>Signed and not final, by nonce.</summary>
    internal IEnumerable<OutboxEntry> InFlight => _inFlight.Values.Select(cell => cell.Entry!);

    /// <summary>
    /// Nonces given away that are still to be used, with their operations. One that ended with that very nonce used it; should
    /// the chain know nothing of that, an endpoint was wrong, and the round sees to it.
    /// </summary>
    internal IEnumerable<(ulong Nonce, OutboxEntry Entry)> UnusedGrants => Sound(_head).Newest.Grants
        .Select(grant => (grant.Nonce, Entry: grant.Slot < _slots.Count ? _slots[grant.Slot].Entry : null, grant.OperationId))
        .Where(grant => grant.Entry is { IsInFlight: false } entry && entry.Id == grant.OperationId && !_inFlight.ContainsKey(grant.Nonce)
            && !(entry.HasEnded && entry.Receipt is not null && entry.Nonce == grant.Nonce))
        .Select(grant => (grant.Nonce, grant.Entry!));

    /// <summary>Reads everything. To be called once, before anything else.</summary>
    internal async Task LoadAsync()
    {
        IPersistentState<OutboxHead> head = _headStorage();
        await head.ReadStateAsync();
        _head = new DurableRecord<OutboxHead>(head, Lose);
        await SaveHeadAsync(_head.Newest with { Epoch = _head.Newest.Epoch + 1 });
        foreach (int[] slots in Enumerable.Range(0, _head.Newest.Slots).Chunk(ReadAtOnce))
        {
            _slots.AddRange(await Task.WhenAll(slots.Select(ReadAsync)));
        }

        foreach (Cell cell in _slots.OrderByDescending(cell => Progress(cell.Record.Newest.Entry)))
        {
            OutboxEntry? entry = cell.Record.Newest.Entry;
            if (entry is not null && _byId.ContainsKey(entry.Id))
            {
                await WriteAsync(cell, entry: null);
            }
            else
            {
                cell.Entry = entry;
                Index(cell);
            }
        }
    }

    /// <summary>Completes when no other activation had taken over by now.</summary>
    /// <exception cref="StorageFaultException">One has, or nobody knows.</exception>
    internal async Task ConfirmOwnAsync()
    {
        IPersistentState<OutboxHead> seen = _headStorage();
        try
        {
            await seen.ReadStateAsync();
        }
#pragma warning disable CA1031 // Any fault of any provider means the same: nobody knows.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            throw new StorageFaultException(fault);
        }

        if (seen.State.Epoch != Sound(_head).Newest.Epoch)
        {
            Lose();
            _ = Sound(_head);
        }
    }

    /// <summary>The operation as decisions see it; null when unknown.</summary>
    internal OutboxEntry? Find(string operationId) => Sound(_byId).GetValueOrDefault(operationId)?.Entry;

    /// <summary>The operation as it is durable; null when it is not.</summary>
    internal OutboxEntry? FindDurable(string operationId) =>
        Sound(_byId).GetValueOrDefault(operationId)?.Record.Durable.Entry is { } entry && entry.Id == operationId ? entry : null;

    /// <summary>The one whose transaction carries out this operation too; null when there is none.</summary>
    internal OutboxEntry? LeaderOf(string operationId) => _leaders.GetValueOrDefault(operationId)?.Entry;

    /// <summary>The operation in flight with a nonce.</summary>
    internal OutboxEntry? WithNonce(ulong nonce) => _inFlight.GetValueOrDefault(nonce)?.Entry;

    /// <summary>Open operations of one kind on one channel that are in no block yet.</summary>
    internal int CountUnmined(ChannelId channel, IntentKind kind) => _unminedOfKind.GetValueOrDefault((channel, kind));

    /// <summary>Completes when what is known of the operation is durable.</summary>
    internal Task WhenDurableAsync(string operationId) => Guard(() => Sound(_byId)[operationId].Record.WhenDurableAsync());

    /// <summary>True when an operation can be added without waiting.</summary>
    internal bool HasRoom => _unused.Count > 0 || _ended.Count > MaxEnded;

    /// <summary>Makes room for more. What is known may be different afterwards.</summary>
    internal Task MakeRoomAsync()
    {
        if (_takingSlots is null or { IsCompleted: true })
        {
            _takingSlots = TakeSlotsAsync();
        }

        return _takingSlots;
    }

    /// <summary>Adds an operation at the end of the queue; completes when it is durable.</summary>
    internal Task AddAsync(SettlementIntent intent, ulong nowMs)
    {
        Cell cell = Sound(_unused).TryPop(out Cell? unused) ? unused : _slots[_ended.Min.Slot];
        return WriteAsync(cell, OutboxEntry.Queued(intent, _nextSequence, nowMs));
    }

    /// <summary>Makes newer versions of operations durable, all at once.</summary>
    internal Task SaveAsync(IReadOnlyCollection<OutboxEntry> changed) =>
        Task.WhenAll(changed.Select(entry => WriteAsync(Sound(_byId)[entry.Id], entry)));

    /// <summary>Gives operations the next nonces from <paramref name="first"/> on that nobody holds, in one durable write.</summary>
    internal async Task<IReadOnlyList<ulong>> GrantAsync(ulong first, IReadOnlyList<OutboxEntry> to)
    {
        (ulong Nonce, OutboxEntry Entry)[] unused = [.. UnusedGrants];
        HashSet<ulong> given = [.. unused.Select(grant => grant.Nonce)];
        var nonces = new List<ulong>();
        ulong next = first;
        foreach (OutboxEntry _ in to)
        {
            while (_inFlight.ContainsKey(next) || given.Contains(next))
            {
                next++; // Only after a gap was closed, below transactions that keep theirs.
            }

            nonces.Add(next++);
        }

        IEnumerable<(ulong Nonce, OutboxEntry Entry)> all = unused.Concat(nonces.Zip(to));
        await SaveHeadAsync(_head.Newest with { NextNonce = next, Grants = [.. all.Select(pair => Grant(pair.Nonce, pair.Entry))] });
        return nonces;
    }

    /// <summary>Sets the next nonce back, after those above it were given up.</summary>
    internal Task SetBackAsync(ulong nextNonce) => SaveHeadAsync(_head.Newest with { NextNonce = nextNonce, Grants = [] });

    /// <summary>Completes when no write is under way. For the end of an activation.</summary>
    internal Task DrainAsync() => Task.WhenAll(_slots.Select(cell => cell.Record.DrainAsync()).Append(_head.DrainAsync()));

    private static int Progress(OutboxEntry? entry) => entry switch { null => 0, { State: IntentState.Queued } => 1, { HasEnded: true } => 2, _ => 3 };

    private OutboxGrant Grant(ulong nonce, OutboxEntry entry) => new() { Nonce = nonce, Slot = _byId[entry.Id].Slot, OperationId = entry.Id };

    private async Task TakeSlotsAsync()
    {
        // First the head: a slot that it does not name would never be read again.
        int first = _slots.Count;
        await SaveHeadAsync(_head.Newest with { Slots = first + SlotsTakenAtOnce });
        Cell[] taken = await Task.WhenAll(Enumerable.Range(first, SlotsTakenAtOnce).Select(ReadAsync));
        if (taken.Any(cell => cell.Record.Newest.Entry is not null))
        {
            Lose(); // Only another activation, to which these slots belong as well, can have filled them.
        }

        Sound(_slots).AddRange(taken);
        foreach (Cell cell in taken)
        {
            Index(cell);
        }
    }

    private async Task<Cell> ReadAsync(int slot)
    {
        IPersistentState<OutboxSlot> storage = _slotStorage(slot);
        await storage.ReadStateAsync();
        return new Cell(slot, new DurableRecord<OutboxSlot>(storage, Lose));
    }

    private Task WriteAsync(Cell cell, OutboxEntry? entry)
    {
        Unindex(cell);
        cell.Entry = entry;
        Index(cell);
        return Guard(() => cell.Record.SaveAsync(new OutboxSlot { Entry = entry }));
    }

    private Task SaveHeadAsync(OutboxHead head) => Guard(() => Sound(_head).SaveAsync(head));

    private async Task Guard(Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (StorageFaultException)
        {
            Lose();
            throw;
        }
    }

    private void Lose()
    {
        _lost = true;
        _deactivate();
    }

    private T Sound<T>(T part) => _lost ? throw new StorageFaultException("the outbox is being read again after a fault of its storage") : part;

    private void Index(Cell cell)
    {
        if (cell.Entry is not { } entry)
        {
            _unused.Push(cell);
            return;
        }

        _byId[entry.Id] = cell;
        _nextSequence = Math.Max(_nextSequence, entry.Sequence + 1);
        if (entry.HasEnded)
        {
            _ended.Add((entry.EndedAtMs, entry.Sequence, cell.Slot));
            return;
        }

        _open[(entry.Sequence, cell.Slot)] = cell;
        CountUnmined(entry, 1);
        if (entry is { IsInFlight: true, Nonce: { } nonce })
        {
            _inFlight[nonce] = cell;
            foreach (string member in entry.Members)
            {
                _leaders[member] = cell;
            }
        }
    }

    private void Unindex(Cell cell)
    {
        if (cell.Entry is not { } entry)
        {
            return;
        }

        _byId.Remove(entry.Id);
        if (entry.HasEnded)
        {
            _ended.Remove((entry.EndedAtMs, entry.Sequence, cell.Slot));
            return;
        }

        _open.Remove((entry.Sequence, cell.Slot));
        CountUnmined(entry, -1);
        if (entry is { IsInFlight: true, Nonce: { } nonce } && _inFlight[nonce] == cell)
        {
            _inFlight.Remove(nonce);
            foreach (string member in entry.Members)
            {
                _leaders.Remove(member);
            }
        }
    }

    private void CountUnmined(OutboxEntry entry, int change)
    {
        if (entry.State != IntentState.Mined)
        {
            (ChannelId, IntentKind) kind = (entry.Intent.ChannelId, entry.Intent.Kind);
            int count = _unminedOfKind.GetValueOrDefault(kind) + change;
            if (count == 0)
            {
                _unminedOfKind.Remove(kind);
            }
            else
            {
                _unminedOfKind[kind] = count;
            }
        }
    }

    /// <summary>A slot with its record; <see cref="Entry"/> is what decisions see.</summary>
    private sealed class Cell(int slot, DurableRecord<OutboxSlot> record)
    {
        internal int Slot { get; } = slot;

        internal DurableRecord<OutboxSlot> Record { get; } = record;

        internal OutboxEntry? Entry { get; set; }
    }
}
