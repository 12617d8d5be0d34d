using System.Globalization;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Journal.Log;

/// <summary>A journal with its log, as a process leaves it that is killed at once: its files, copied while it runs.</summary>
public sealed class LoggedJournalTests : IDisposable
{
    private static readonly Protocol.Identity.ChannelId ChannelId = TestChannels.Record().ChannelId;

    private readonly TemporaryDirectory _directory = new();
    private int _copies;

    private string JournalPath => _directory.Combine("journal.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Records_OfAJournalKilledAtAnyMoment_AreThereInOrderAndOnce()
    {
        await using var journal = EdgeJournal.Open(JournalPath);
        for (byte record = 1; record <= 12; record++)
        {
            await journal.Ledgers.AppendAsync(ChannelId, [record]);
            if (record % 5 == 0)
            {
                await journal.Ledgers.LoadAsync(ChannelId);
            }

            await using var survivor = EdgeJournal.Open(CopyOfFiles());
            Assert.Equal(Enumerable.Range(1, record).Select(n => new[] { (byte)n }), survivor.Ledgers.LoadHistory(ChannelId));
        }
    }

    [Fact]
    public async Task Records_RecoveredTwice_AreThereOnce()
    {
        string copy;
        await using (var journal = EdgeJournal.Open(JournalPath))
        {
            await journal.Ledgers.AppendAsync(ChannelId, [1]);
            copy = CopyOfFiles();
        }

        await EdgeJournal.Open(copy).DisposeAsync();
        await using var second = EdgeJournal.Open(copy);
        await second.Ledgers.AppendAsync(ChannelId, [2]);

        Assert.Equal([[1], [2]], (await second.Ledgers.LoadAsync(ChannelId)).Records);
    }

    [Fact]
    public async Task Record_AfterAClosureThatOnlyTheTablesTake_IsNotDurableBeforeIt()
    {
        await using var journal = EdgeJournal.Open(JournalPath);
        var closure = new SignedClosure(new Closure(ChannelId, 1_000, 2_000_000_000), default(Signature) with { V = 27 });
        var closing = journal.Ledgers.AppendAsync(ChannelId, [1], closure, 1).AsTask();
        await journal.Ledgers.AppendAsync(ChannelId, [2]);

        await using var survivor = EdgeJournal.Open(CopyOfFiles());
        Assert.Equal([[1], [2]], survivor.Ledgers.LoadHistory(ChannelId));
        Assert.Single(survivor.Closures.Load(ChannelId, ClosureSide.Own));
        await closing;

        // With the closure stored, the log is used again.
        await journal.Ledgers.AppendAsync(ChannelId, [3]);
        await using var later = EdgeJournal.Open(CopyOfFiles());
        Assert.Equal([[1], [2], [3]], later.Ledgers.LoadHistory(ChannelId));
    }

    [Fact]
    public async Task Record_TooLongForASlot_GoesToTheTablesAndKeepsItsPlace()
    {
        await using var journal = EdgeJournal.Open(JournalPath);
        var tooLong = new byte[LogSlot.MostRecordBytes + 1];
        var writes = new[] { [1], tooLong, [3] }.Select(record => journal.Ledgers.AppendAsync(ChannelId, record).AsTask()).ToArray();
        await Task.WhenAll(writes);

        await using var survivor = EdgeJournal.Open(CopyOfFiles());
        Assert.Equal([[1], tooLong, [3]], survivor.Ledgers.LoadHistory(ChannelId));
    }

    [Fact]
    public async Task Records_MoreThanTheLogHolds_AreAllThere()
    {
        const int Records = 3_000;
        await using (var journal = EdgeJournal.Open(JournalPath, _ => new MemoryLogFile(4)))
        {
            var writes = Enumerable.Range(0, Records).Select(n => journal.Ledgers.AppendAsync(ChannelId, BitConverter.GetBytes(n)).AsTask());
            await Task.WhenAll(writes).WaitAsync(Eventually.DefaultTimeout);
            Assert.Equal(Records, (await journal.Ledgers.LoadAsync(ChannelId)).Records.Count);
        }

        using var reader = new JournalReader(JournalPath);
        Assert.Equal(Enumerable.Range(0, Records), reader.Query("SELECT content FROM ledger_records ORDER BY sequence", row => BitConverter.ToInt32(row.Bytes(0))));
    }

    [Fact]
    public async Task Record_OnALogThatCannotBeWritten_IsRefusedWithAClearFaultAndSoIsEverythingAfter()
    {
        var file = new MemoryLogFile(8);
        await using var journal = EdgeJournal.Open(JournalPath, _ => file);
        await journal.Ledgers.AppendAsync(ChannelId, [1]);
        file.Fails = true;

        var fault = await Assert.ThrowsAsync<JournalBrokenException>(() => journal.Ledgers.AppendAsync(ChannelId, [2]).AsTask());

        Assert.Contains("No space left on device", fault.Message, StringComparison.Ordinal);
        Assert.Same(fault, await journal.Broken.WaitAsync(Eventually.DefaultTimeout));
        file.Fails = false;
        await Assert.ThrowsAsync<JournalBrokenException>(() => journal.Ledgers.AppendAsync(ChannelId, [3]).AsTask());
        await Assert.ThrowsAsync<JournalBrokenException>(() => journal.Ledgers.StoreAsync(ChannelId, [3]).AsTask());
    }

    [Fact]
    public async Task Record_InTheLog_SurvivesTablesThatCannotBeWritten()
    {
        var connection = JournalFile.OpenForWriting(JournalPath);
        var logPath = _directory.Combine("journal.log");
        await using (var writer = new JournalWriter(JournalPath, connection, LogRecovery.Open(LogFile.Open(logPath), logPath, connection, JournalPath)))
        {
            await writer.AppendAsync(new LogEntry(ChannelId.ToArray(), [1]));
            var failing = writer.WriteAsync(new JournalAction(statements => statements.Execute("INSERT INTO nowhere VALUES (1)"))).AsTask();
            await Assert.ThrowsAsync<JournalBrokenException>(() => failing);
            await Assert.ThrowsAsync<JournalBrokenException>(() => writer.AppendAsync(new LogEntry(ChannelId.ToArray(), [2])).AsTask());
        }

        await using var survivor = EdgeJournal.Open(JournalPath);
        Assert.Equal([[1]], survivor.Ledgers.LoadHistory(ChannelId));
    }

    private string CopyOfFiles()
    {
        var directory = _directory.Combine((++_copies).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(directory);

        // The log last: what the tables have taken meanwhile is still in it.
        foreach (var name in new[] { "journal.db", "journal.db-wal", "journal.log" }.Where(name => File.Exists(_directory.Combine(name))))
        {
            using var source = new FileStream(_directory.Combine(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(Path.Combine(directory, name));
            source.CopyTo(target);
        }

        return Path.Combine(directory, "journal.db");
    }
}
