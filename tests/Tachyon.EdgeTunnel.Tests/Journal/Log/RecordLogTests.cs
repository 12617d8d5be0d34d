using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Journal.Log;

namespace Tachyon.EdgeTunnel.Tests.Journal.Log;

/// <summary>What a log holds after a crash: everything that was reported durable, in order, and nothing that was not handed over.</summary>
public sealed class RecordLogTests
{
    private const int Slots = 8;
    private const string LogPath = "journal.log";

    [Fact]
    public void Log_Reopened_HasWhatTheTablesLack()
    {
        var file = new MemoryLogFile(Slots);
        var log = Open(file, 0, out _);
        Append(log, 1, 3);
        Append(log, 4, 2);

        Assert.Equal([3ul, 4, 5], Numbers(file.Reopened(), storedEntry: 2));
        Assert.Equal([], Numbers(file.Reopened(), storedEntry: 5));
        Open(file.Reopened(), 0, out var all);
        Assert.All(all, entry => Assert.Equal(RecordOf(entry.Number), entry.Record));
        Assert.All(all, entry => Assert.Equal(ChannelOf(entry.Number), entry.ChannelId));
    }

    [Fact]
    public void Append_ManyEntries_IsOneSync()
    {
        var file = new MemoryLogFile(Slots);
        var log = Open(file, 0, out _);

        Assert.Equal(40, log.Append(Entries(1, 40), 0));

        Assert.Equal(1, file.Syncs);
        Assert.Equal(40, Numbers(file.Reopened(), 0).Count);
    }

    [Fact]
    public void NewestSlot_DamagedInAnyByte_IsTakenAsNeverWritten()
    {
        var file = new MemoryLogFile(Slots);
        var log = Open(file, 0, out _);
        Append(log, 1, 2);
        Append(log, 3, 2);
        for (var at = 0; at < LogSlot.Bytes; at++)
        {
            var torn = file.Reopened();
            torn.Disk[(2 * LogSlot.Bytes) + at] ^= 0x55;

            Assert.Equal([1ul, 2], Numbers(torn, 0));
        }
    }

    [Fact]
    public void NewestSlot_CutShortAtAnyByte_IsTakenAsNeverWritten()
    {
        var file = new MemoryLogFile(Slots);
        var log = Open(file, 0, out _);
        Append(log, 1, 2);
        Append(log, 3, 20);
        var slot = file.Disk.Slice(2 * LogSlot.Bytes, LogSlot.Bytes);
        for (var length = slot.LastIndexOfAnyExcept((byte)0); length >= 0; length--)
        {
            var torn = file.Reopened();
            torn.Disk.Slice((2 * LogSlot.Bytes) + length, LogSlot.Bytes - length).Clear();

            Assert.Equal([1ul, 2], Numbers(torn, 0));
        }
    }

    [Fact]
    public void SlotThatWasDurable_Damaged_IsRefusedUntilTheTablesHoldIt()
    {
        var file = new MemoryLogFile(Slots);
        var log = Open(file, 0, out _);
        Append(log, 1, 2);
        Append(log, 3, 2);
        Append(log, 5, 2);
        file.Disk[(2 * LogSlot.Bytes) + 100] ^= 1;

        var fault = Assert.Throws<JournalException>(() => Numbers(file.Reopened(), storedEntry: 2));
        Assert.Contains("entries 3 to 4", fault.Message, StringComparison.Ordinal);
        Assert.Throws<JournalException>(() => Numbers(file.Reopened(), storedEntry: 0));
        Assert.Equal([5ul, 6], Numbers(file.Reopened(), storedEntry: 4));
    }

    [Fact]
    public void WriteOfManySlots_WithoutItsFirst_CountsForNothingThenOrLater()
    {
        var file = new MemoryLogFile(Slots);
        var log = Open(file, 0, out _);
        Append(log, 1, 1);
        Append(log, 2, 40);
        file.Disk.Slice(2 * LogSlot.Bytes, 512).Clear();

        var next = Open(file, 0, out var unstored);
        Assert.Equal([1ul], unstored.Select(entry => entry.Number));
        Assert.True(next.NewestEntry >= 41, "the lost numbers are not given again");

        // What follows is not mistaken for a continuation of the slots that are left.
        Append(next, next.NewestEntry + 1, 1);
        Assert.Equal([next.NewestEntry + 1], Numbers(file.Reopened(), storedEntry: next.NewestEntry));
    }

    [Fact]
    public void WriteInPart_DoesNotBecomeWholeByALaterOneInItsPlace()
    {
        var file = new MemoryLogFile(Slots);
        Append(Open(file, 0, out _), 1, 3);
        var whole = file.Disk.ToArray();

        // All but the last sector of a slot came to the disk, whose last sector any other write brings.
        file.Disk[(2 * LogSlot.Bytes) - 1] = 1;
        Open(file, 0, out var unstored);
        Assert.Empty(unstored);
        whole.AsSpan((2 * LogSlot.Bytes) - 512, 512).CopyTo(file.Disk[((2 * LogSlot.Bytes) - 512)..]);

        Assert.Equal([], Numbers(file.Reopened(), 0));
    }

    [Fact]
    public void FullLog_TakesNothingUntilTheTablesHoldItsOldest()
    {
        var file = new MemoryLogFile(Slots);
        var log = Open(file, 0, out _);
        for (var entry = 1ul; entry <= Slots; entry++)
        {
            Append(log, entry, 1);
        }

        Assert.Equal(0, log.Append(Entries(Slots + 1, 1), 0));
        log.Stored(1);
        Append(log, Slots + 1, 1);
        Assert.Equal(0, log.Append(Entries(Slots + 2, 1), 0));
        Assert.Equal(Enumerable.Range(2, Slots).Select(n => (ulong)n), Numbers(file.Reopened(), storedEntry: 1));
    }

    [Fact]
    public void Log_ThatIsMissing_GoesOnBehindWhatTheTablesHold()
    {
        var log = Open(new MemoryLogFile(Slots), 1_000, out var unstored);

        Assert.Empty(unstored);
        Assert.Equal(1_000ul, log.NewestEntry);
    }

    [Fact]
    public void Append_OnADiskThatIsFull_Throws()
    {
        var file = new MemoryLogFile(Slots) { Fails = true };
        var log = Open(file, 0, out _);

        Assert.Throws<IOException>(() => log.Append(Entries(1, 1), 0));

        Assert.Equal([], Numbers(file.Reopened(), 0));
    }

    /// <summary>Any order of writes, commits of the tables, losses of power and restarts, against a model of what was promised.</summary>
    [Fact]
    public void Log_WhateverHappens_HasWhatWasDurableAndNothingElse() =>
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(
            Arb.From(Gen.Choose(0, int.MaxValue)), (int seed) => new Model(seed).Run(80)));

    private static RecordLog Open(MemoryLogFile file, ulong storedEntry, out List<LogEntry> unstored) =>
        RecordLog.Open(file, LogPath, storedEntry, out unstored);

    private static List<ulong> Numbers(MemoryLogFile file, ulong storedEntry)
    {
        Open(file, storedEntry, out var unstored);
        return [.. unstored.Select(entry => entry.Number)];
    }

    private static void Append(RecordLog log, ulong first, int count) => Assert.Equal(count, log.Append(Entries(first, count), 0));

    private static List<LogEntry> Entries(ulong first, int count) =>
        [.. Enumerable.Range(0, count).Select(n => Entry(first + (ulong)n))];

    private static LogEntry Entry(ulong number) => new(ChannelOf(number), RecordOf(number)) { Number = number };

    private static byte[] ChannelOf(ulong number)
    {
        var id = new byte[32];
        id[0] = (byte)(number % 3);
        return id;
    }

    // Of many lengths, and each its own.
    private static byte[] RecordOf(ulong number)
    {
        var record = new byte[300 + (number % 7 * 90)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, number);
        return record;
    }

    /// <summary>The owner of a log as the journal is one: numbers, tables that follow later, and recovery.</summary>
#pragma warning disable CA1001 // A file in memory has nothing to release.
    private sealed class Model(int seed)
#pragma warning restore CA1001
    {
        private readonly Random _random = new(seed);
        private readonly List<ulong> _tables = [];
        private readonly List<LogEntry> _behind = [];
        private MemoryLogFile _file = new(Slots);
        private RecordLog _log = null!;
        private ulong _position;
        private ulong _newest;
        private List<ulong> _durable = [];
        private List<LogEntry> _handedOver = [];

        public void Run(int steps)
        {
            Recover();
            for (var step = 0; step < steps; step++)
            {
                switch (_random.Next(8))
                {
                    case 0:
                        StoreBehind(_random.Next(_behind.Count + 1));
                        _log.Stored(_position);
                        break;
                    case 1:
                        // The tables have committed, and the log never learns of it.
                        StoreBehind(_behind.Count);
                        _file = _file.Reopened();
                        Recover();
                        break;
                    case 2:
                        _file.LosesPower = true;
                        Assert.True(TryAppend(_random.Next(1, 30)) || _handedOver.Count == 0);
                        _file = _file.AfterPowerLoss(_random);
                        Recover();
                        break;
                    default:
                        TryAppend(_random.Next(1, 30));
                        break;
                }
            }
        }

        private void StoreBehind(int count)
        {
            foreach (var entry in _behind.Take(count))
            {
                _tables.Add(entry.Number);
                _position = entry.Number;
            }

            _behind.RemoveRange(0, count);
        }

        private bool TryAppend(int count)
        {
            _handedOver = Entries(_newest + 1, count);
            try
            {
                var appended = _log.Append(_handedOver, 0);
                _durable.AddRange(_handedOver.Take(appended).Select(entry => entry.Number));
                _behind.AddRange(_handedOver.Take(appended));
                _newest += (ulong)appended;
                _handedOver = [];
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }

        private void Recover()
        {
            _log = Open(_file, _position, out var unstored);
            Assert.All(unstored, entry => Assert.Equal(RecordOf(entry.Number), entry.Record));
            _tables.AddRange(unstored.Select(entry => entry.Number));

            // All that was promised, and of what was on its way the first ones or none.
            Assert.Equal(_durable, _tables.Take(_durable.Count));
            Assert.Equal(_handedOver.Take(_tables.Count - _durable.Count).Select(entry => entry.Number), _tables.Skip(_durable.Count));
            _durable = [.. _tables];
            _handedOver = [];
            _behind.Clear();
            _position = _newest = _log.NewestEntry;
        }
    }
}
