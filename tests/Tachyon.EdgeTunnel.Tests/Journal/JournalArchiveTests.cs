using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Tests.Journal;

/// <summary>A journal read by another process: what a node has signed is there, also while it runs and its tables lag behind its log.</summary>
public sealed class JournalArchiveTests : IDisposable
{
    private static readonly Protocol.Identity.ChannelId ChannelId = TestChannels.Record().ChannelId;
    private static readonly Protocol.Identity.ChannelId OtherId = TestChannels.Record(salt: 2).ChannelId;

    private readonly TemporaryDirectory _directory = new();
    private readonly DataDirectory _data;

    public JournalArchiveTests()
    {
        _data = new DataDirectory(_directory.Combine("data"));
        _data.Create();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Ledger_OfARunningNodeWhoseTablesLagBehind_IsWholeAndOfItsChannelAlone()
    {
        using var held = DataDirectoryLock.Acquire(_data);
        await using var journal = EdgeJournal.Open(_data.JournalPath);
        await journal.Ledgers.AppendAsync(ChannelId, [1]);
        await journal.Ledgers.LoadAsync(ChannelId);
        using (new StalledTables(_data.JournalPath))
        {
            foreach (var record in new byte[] { 2, 3, 4 })
            {
                await journal.Ledgers.AppendAsync(ChannelId, [record]);
                await journal.Ledgers.AppendAsync(OtherId, [(byte)(10 * record)]);
            }

            using var archive = await JournalArchive.OpenAsync(_data);
            Assert.Equal([[1], [2], [3], [4]], archive.LoadLedger(ChannelId));
            Assert.Equal([[20], [30], [40]], archive.LoadLedger(OtherId));
            Assert.Empty(archive.LoadLedger(TestChannels.Record(salt: 3).ChannelId));
        }

        await journal.Ledgers.LoadAsync(ChannelId);
        using var later = await JournalArchive.OpenAsync(_data);
        Assert.Equal([[1], [2], [3], [4]], later.LoadLedger(ChannelId));
    }

    [Fact]
    public async Task Ledger_OfANodeThatWasKilled_IsWhole()
    {
        var killed = new DataDirectory(_directory.Combine("killed"));
        killed.Create();
        await using var journal = EdgeJournal.Open(_data.JournalPath);
        using (new StalledTables(_data.JournalPath))
        {
            await journal.Ledgers.AppendAsync(ChannelId, [1]);
            await journal.Ledgers.AppendAsync(ChannelId, [2]);

            // What a kill leaves: the files as they are at that moment.
            foreach (var file in Directory.GetFiles(_data.Path, "journal.*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            {
                await using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                await using var target = File.Create(Path.Combine(killed.Path, Path.GetFileName(file)));
                await source.CopyToAsync(target);
            }
        }

        using var archive = await JournalArchive.OpenAsync(killed);
        Assert.Equal([[1], [2]], archive.LoadLedger(ChannelId));
    }

    [Fact]
    public async Task Ledger_ReadWhileTheLogIsWrittenRoundAndRound_MissesNothingThatWasDurableAndHasNoGap()
    {
        // One slot each, so that the log is written over three times.
        const int Records = 3 * LogFile.DefaultBytes / LogSlot.Bytes;
        using var held = DataDirectoryLock.Acquire(_data);
        await using var journal = EdgeJournal.Open(_data.JournalPath);
        var durable = 0;
        var writing = Task.Run(async () =>
        {
            for (var from = 0; from < Records; from += 32)
            {
                await Task.WhenAll(Enumerable.Range(from, 32).Select(n => journal.Ledgers.AppendAsync(ChannelId, Long(n)).AsTask()));
                Volatile.Write(ref durable, from + 32);
            }
        });

        using var archive = await JournalArchive.OpenAsync(_data);
        bool wasDone;
        do
        {
            wasDone = writing.IsCompleted;
            var least = Volatile.Read(ref durable);
            var seen = archive.LoadLedger(ChannelId).Select(record => BitConverter.ToInt32(record)).ToList();
            Assert.Equal(Enumerable.Range(0, seen.Count), seen);
            Assert.True(seen.Count >= least, $"{least} records were durable, {seen.Count} are shown");
        }
        while (!wasDone);

        await writing;
        Assert.Equal(Records, archive.LoadLedger(ChannelId).Count);
    }

    [Fact]
    public async Task Ledger_BesideALogThatIsNone_IsRefused()
    {
        using var held = DataDirectoryLock.Acquire(_data);
        await EdgeJournal.Open(_data.JournalPath).DisposeAsync();
        var logPath = EdgeJournal.LogPathOf(_data.JournalPath);
        using var archive = await JournalArchive.OpenAsync(_data);

        await File.WriteAllBytesAsync(logPath, new byte[100]);
        Assert.Contains("100 bytes", Assert.Throws<JournalException>(() => archive.LoadLedger(ChannelId)).Message, StringComparison.Ordinal);
        File.Delete(logPath);
        Assert.Contains(logPath, Assert.Throws<JournalException>(() => archive.LoadLedger(ChannelId)).Message, StringComparison.Ordinal);
    }

    private static byte[] Long(int number)
    {
        var record = new byte[LogSlot.MostRecordBytes];
        BitConverter.TryWriteBytes(record, number);
        return record;
    }
}
