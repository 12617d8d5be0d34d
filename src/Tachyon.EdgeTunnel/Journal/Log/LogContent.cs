namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>What a log's file shows: its whole slots, in the order in which they were written.</summary>
internal sealed class LogContent
{
    private readonly byte[] _content;
    private readonly List<LogSlotHead> _slots = [];

    /// <param name="content">All of the file.</param>
    public LogContent(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        _content = content;
        for (var place = 0; place < SlotCount; place++)
        {
            if (LogSlot.ReadHead(Slot(place)) is { } head && PlaceOf(head) == place)
            {
                _slots.Add(head);
            }
        }

        _slots.Sort((a, b) => a.Number.CompareTo(b.Number));
    }

    /// <summary>The newest whole slot; null where none was ever written.</summary>
    public LogSlotHead? Newest => _slots.Count == 0 ? null : _slots[^1];

    private int SlotCount => _content.Length / LogSlot.Bytes;

    /// <summary>The entries behind <paramref name="storedEntry"/>, in order, as far as none is missing.</summary>
    /// <param name="storedEntry">The newest entry that the tables hold.</param>
    /// <param name="gap">The first entries that are missing; null where none is.</param>
    public List<LogEntry> After(ulong storedEntry, out LogGap? gap)
    {
        gap = null;
        var entries = new List<LogEntry>();
        var next = storedEntry + 1;
        ulong? before = null;
        foreach (var slot in _slots.Where(slot => slot.LastEntry > storedEntry))
        {
            if (slot.FirstEntry > next)
            {
                // Between two slots one is not whole. Where a later one was written when it was durable, it has been lost since.
                gap = new LogGap(next, slot.FirstEntry - 1, _slots[^1].DurableNumber >= (before + 1 ?? slot.Number - 1));
                break;
            }

            LogSlot.ReadEntries(Slot(PlaceOf(slot)), slot, next, entries);
            next = slot.LastEntry + 1;
            before = slot.Number;
        }

        return entries;
    }

    private int PlaceOf(LogSlotHead slot) => (int)(slot.Number % (ulong)SlotCount);

    private ReadOnlySpan<byte> Slot(int place) => _content.AsSpan(place * LogSlot.Bytes, LogSlot.Bytes);
}

/// <summary>Entries that are missing between others.</summary>
/// <param name="First">The number of the first.</param>
/// <param name="Last">The number of the last.</param>
/// <param name="WasDurable">Whether they were durable when a later slot was written. In the file of a node that runs, they may as well have been
/// written over behind the reader, or be whole by now.</param>
internal sealed record LogGap(ulong First, ulong Last, bool WasDurable);
