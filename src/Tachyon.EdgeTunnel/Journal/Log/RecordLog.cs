using System.Runtime.InteropServices;

namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>
/// The log in front of the journal's tables: an entry is durable here after one write and one sync of a file that never
/// changes its size. The tables get it later, many in one transaction, and its slot is written over only then.
/// </summary>
/// <remarks>
/// <code>
///   slots      | 513 | 514 | 515 |  4  |  5  | …      written round and round; at most one write is under way,
///                         ▲     ▲                     and the next begins when it is durable
///                   stored in   newest
///                   the tables
/// </code>
/// <para>After a crash the newest write may be there in part. Nothing rests on it: its entries were not reported durable. A
/// slot that was durable and is not whole means a broken disk, and the log refuses to open.</para>
/// <para>One thread appends; <see cref="Stored"/> may be called by another.</para>
/// </remarks>
internal sealed class RecordLog : IDisposable
{
    private const int MostSlotsPerWrite = 8;

    private readonly ILogFile _file;
    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>((MostSlotsPerWrite + 1) * LogSlot.Bytes, pinned: true);
    private readonly int _aligned;
    private readonly ulong[] _lastEntries;
    private readonly int _mostSlots;
    private ulong _newestSlot;
    private ulong _storedEntry;

    private RecordLog(ILogFile file, ulong newestSlot, ulong newestEntry)
    {
        _file = file;
        _aligned = (int)(LogSlot.Bytes - (Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) % LogSlot.Bytes));
        _lastEntries = new ulong[file.LengthBytes / LogSlot.Bytes];
        _mostSlots = Math.Min(MostSlotsPerWrite, _lastEntries.Length);
        _newestSlot = newestSlot;
        _storedEntry = newestEntry;
        NewestEntry = newestEntry;
    }

    /// <summary>The number of the newest entry that the file showed when it was opened, or that is stored.</summary>
    public ulong NewestEntry { get; }

    /// <summary>Opens the log and finds what the tables do not hold yet.</summary>
    /// <param name="file">The file. It is the log's from now on.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="storedEntry">The newest entry that the tables hold.</param>
    /// <param name="unstored">The entries after it, in order. With them, <see cref="NewestEntry"/> must be stored before anything is appended.</param>
    /// <exception cref="JournalException">An entry that was durable is missing.</exception>
    public static RecordLog Open(ILogFile file, string path, ulong storedEntry, out List<LogEntry> unstored)
    {
        ArgumentNullException.ThrowIfNull(file);
        var content = new byte[file.LengthBytes];
        file.Read(content);
        var slots = new LogContent(content);
        unstored = slots.After(storedEntry, out var gap);
        if (gap is { WasDurable: true })
        {
            throw new JournalException(
                path, $"the log {path} is damaged: entries {gap.First} to {gap.Last} were durable and are missing; restore it or the whole directory");
        }

        // Also beyond what was only written in part: its numbers are never given again, so that nobody takes it for a later one.
        var newest = slots.Newest;
        var log = new RecordLog(file, newest?.Number ?? 0, Math.Max(storedEntry, newest?.LastEntry ?? 0));
        log.Forget(content);
        return log;
    }

    /// <summary>Appends entries and waits until they are durable.</summary>
    /// <param name="entries">Entries in the order of their numbers, without a gap since the ones before.</param>
    /// <param name="from">The first one to append.</param>
    /// <returns>How many are durable now: fewer than all where they do not fit into one write, none where the tables lag behind by the
    /// whole log.</returns>
    /// <exception cref="IOException">The file cannot be written: what of it is on disk is unknown.</exception>
    public int Append(List<LogEntry> entries, int from)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var next = from;
        var slots = 0;
        for (; slots < _mostSlots && next < entries.Count && IsFree(_newestSlot + 1 + (ulong)slots); slots++)
        {
            var number = _newestSlot + 1 + (ulong)slots;
            next += LogSlot.Fill(Buffer(slots, 1), number, _newestSlot, entries, next);
            _lastEntries[PlaceOf(number)] = entries[next - 1].Number;
        }

        if (slots > 0)
        {
            Write(slots);
            _newestSlot += (ulong)slots;
        }

        return next - from;
    }

    /// <summary>The tables hold everything up to this entry, durably: its slots may be written over.</summary>
    public void Stored(ulong entry) => Volatile.Write(ref _storedEntry, entry);

    public void Dispose() => _file.Dispose();

    // What was written in part must not become whole by a later write to its place that is there in part too. Only the first sector
    // changes, so that no part of this can do so either.
    private void Forget(byte[] content)
    {
        var hasWritten = false;
        for (var offset = 0; offset < content.Length; offset += LogSlot.Bytes)
        {
            var slot = content.AsSpan(offset, LogSlot.Bytes);
            if (LogSlot.ReadHead(slot) is null && slot[..LogSlot.SectorBytes].ContainsAnyExcept((byte)0))
            {
                slot.CopyTo(Buffer(0, 1));
                Buffer(0, 1)[..LogSlot.SectorBytes].Clear();
                _file.Write(offset, Buffer(0, 1));
                hasWritten = true;
            }
        }

        if (hasWritten)
        {
            _file.Sync();
        }
    }

    private bool IsFree(ulong number) => _lastEntries[PlaceOf(number)] <= Volatile.Read(ref _storedEntry);

    private int PlaceOf(ulong number) => (int)(number % (ulong)_lastEntries.Length);

    private Span<byte> Buffer(int from, int slots) => _memory.AsSpan(_aligned + (from * LogSlot.Bytes), slots * LogSlot.Bytes);

    private void Write(int slots)
    {
        var place = PlaceOf(_newestSlot + 1);
        var untilEnd = Math.Min(slots, _lastEntries.Length - place);
        _file.Write(place * LogSlot.Bytes, Buffer(0, untilEnd));
        if (untilEnd < slots)
        {
            _file.Write(0, Buffer(untilEnd, slots - untilEnd));
        }

        _file.Sync();
    }
}
