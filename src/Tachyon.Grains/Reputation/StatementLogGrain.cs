using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Observers;
using Tachyon.Grains.Telemetry;

namespace Tachyon.Grains.Reputation;

/// <inheritdoc cref="IStatementLogGrain" />
/// <remarks>
/// The head is rewritten with each entry and stays below a page; full pages are records of their own and never change. Calls take
/// turns. Where two activations live for a moment, the head's etag lets one of them write and ends the other.
/// </remarks>
internal sealed class StatementLogGrain : Grain, IStatementLogGrain
{
    private const string HeadName = "statements";

    /// <summary>Full pages kept in memory: edges that were away for a while all ask for the same ones.</summary>
    private const int MaxPagesKept = 16;

    private readonly IGrainStorage _storage;
    private readonly GrainId _id;
    private readonly StoredRecord<StatementLogRecord> _head;
    private readonly ObserverSet<IStatementObserver> _observers;
    private readonly Dictionary<int, StatementEntry[]> _pages = [];
    private readonly Queue<int> _pagesKept = new();
    private DurableRecord<StatementLogRecord> _record = null!;

    /// <summary>Made by the runtime.</summary>
    public StatementLogGrain(IGrainContext context, IServiceProvider services, GrainClock clock)
    {
        _storage = services.GetRequiredKeyedService<IGrainStorage>(GrainsOptions.StorageName);
        _id = context.GrainId;
        _head = new StoredRecord<StatementLogRecord>(_storage, HeadName, _id);
        _observers = new ObserverSet<IStatementObserver>(clock);
    }

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _head.ReadStateAsync();
        _record = new DurableRecord<StatementLogRecord>(_head, DeactivateOnIdle);
        if (_record.Durable.Log == Bytes32.Zero)
        {
            // Durable before anyone counts by it.
            await _record.SaveAsync(_record.Newest with { Log = Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length)) });
        }
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<ulong> Append(StatementEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);

        // An issuer's grain that was cut short appends again. What is further back is told twice, which changes nothing.
        if (Array.FindLast(_record.Durable.Tail, known => known.Signed == entry.Signed) is { } already)
        {
            return already.Sequence;
        }

        if (_record.Durable.Tail.Length == StatementPage.MaxEntries)
        {
            await TurnPage();
        }

        StatementLogRecord before = _record.Newest;
        StatementEntry appended = entry with { Sequence = before.Latest + 1 };
        await _record.SaveAsync(before with { Tail = [.. before.Tail, appended] });
        ReputationMeter.LogGrew(entry.Signed.Statement.Revoked);
        await _observers.Push(observer => observer.Published(new StatementPage { Log = before.Log, Latest = appended.Sequence, Entries = [appended] }));
        return appended.Sequence;
    }

    /// <inheritdoc />
    public async Task<StatementPage> Read(ulong after)
    {
        StatementLogRecord record = _record.Durable;
        return new StatementPage { Log = record.Log, Latest = record.Latest, Entries = await EntriesAfter(record, after) };
    }

    /// <inheritdoc />
    public Task<StatementPage> Subscribe(IStatementObserver observer, ulong after)
    {
        _observers.Renew(observer);
        return Read(after);
    }

    /// <inheritdoc />
    public Task Unsubscribe(IStatementObserver observer)
    {
        _observers.Remove(observer);
        return Task.CompletedTask;
    }

    // First the page, then the head without it. After a crash in between the same page is written again.
    private async Task TurnPage()
    {
        StatementLogRecord full = _record.Newest;
        StoredRecord<StatementPageRecord> page = PageOf(full.Pages);
        await page.ReadStateAsync();
        page.State = new StatementPageRecord { Entries = full.Tail };
        await page.WriteStateAsync();
        await _record.SaveAsync(full with { Pages = full.Pages + 1, Tail = [] });
    }

    private async Task<StatementEntry[]> EntriesAfter(StatementLogRecord record, ulong after)
    {
        if (after >= record.Latest)
        {
            return [];
        }

        int page = (int)(after / StatementPage.MaxEntries);
        int skipped = (int)(after % StatementPage.MaxEntries);
        StatementEntry[] entries = page < record.Pages ? await PageAsync(page) : record.Tail;
        return entries[skipped..];
    }

    private async Task<StatementEntry[]> PageAsync(int number)
    {
        if (_pages.TryGetValue(number, out StatementEntry[]? known))
        {
            return known;
        }

        StoredRecord<StatementPageRecord> page = PageOf(number);
        await page.ReadStateAsync();
        if (page.State.Entries.Length != StatementPage.MaxEntries)
        {
            throw new InvalidOperationException(
                $"Page {number} of the log of statements has {page.State.Entries.Length} entries instead of {StatementPage.MaxEntries}: the storage lost it.");
        }

        _pages[number] = page.State.Entries;
        _pagesKept.Enqueue(number);
        if (_pagesKept.Count > MaxPagesKept)
        {
            _pages.Remove(_pagesKept.Dequeue());
        }

        return page.State.Entries;
    }

    private StoredRecord<StatementPageRecord> PageOf(int number) => new(_storage, $"{HeadName}-{number}", _id);
}
