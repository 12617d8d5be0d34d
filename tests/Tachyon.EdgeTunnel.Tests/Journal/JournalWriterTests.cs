using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Journal;

public sealed class JournalWriterTests : IDisposable
{
    private const string Insert = "INSERT INTO cursors (name, block, block_hash) VALUES ($1, $2, $3)";

    private readonly TemporaryDirectory _directory = new();

    private string JournalPath => _directory.Combine("journal.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Writer_ManyWritesAtOnce_AllAreThereAfterwardsInOrder()
    {
        var order = new List<int>();
        await using (var writer = Open())
        {
            var writes = Enumerable.Range(0, 500).Select(number => writer.WriteAsync(new JournalAction(statements =>
            {
                order.Add(number);
                statements.Execute(Insert, $"{number}", (long)number, Array.Empty<byte>());
            })).AsTask()).ToArray();
            await Task.WhenAll(writes);
        }

        using var reader = new JournalReader(JournalPath);
        Assert.Equal(500, Assert.Single(reader.Query("SELECT count(*) FROM cursors", row => row.GetInt32(0))));
        Assert.Equal(Enumerable.Range(0, 500), order);
    }

    [Fact]
    public async Task Writer_AWriteThatFails_BreaksForGoodAndKeepsNothingOfItsBatch()
    {
        await using var writer = Open();
        await writer.WriteAsync(Row("before"));

        // Both in one batch: the second cannot be applied, so nobody may rely on the first.
        using var held = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var holding = writer.WriteAsync(new JournalAction(_ =>
        {
            held.Set();
            gate.Wait();
        })).AsTask();
        Assert.True(held.Wait(Eventually.DefaultTimeout));
        var good = writer.WriteAsync(Row("good")).AsTask();
        var bad = writer.WriteAsync(new JournalAction(statements => statements.Execute("INSERT INTO nowhere VALUES (1)"))).AsTask();
        gate.Set();

        await holding;
        await Assert.ThrowsAsync<JournalBrokenException>(() => good);
        var fault = await Assert.ThrowsAsync<JournalBrokenException>(() => bad);
        Assert.Contains(JournalPath, fault.Message, StringComparison.Ordinal);
        Assert.Same(fault, await writer.Broken.WaitAsync(Eventually.DefaultTimeout));
        await Assert.ThrowsAsync<JournalBrokenException>(() => writer.WriteAsync(Row("after")).AsTask());

        using var reader = new JournalReader(JournalPath);
        Assert.Equal(["before"], reader.Query("SELECT name FROM cursors", row => row.GetString(0)));
    }

    [Fact]
    public async Task Writer_Disposed_CommitsWhatWaitsAndTakesNothingMore()
    {
        var writer = Open();
        var waiting = writer.WriteAsync(Row("last")).AsTask();

        await writer.DisposeAsync();

        await waiting.WaitAsync(Eventually.DefaultTimeout);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WriteAsync(Row("later")).AsTask());
    }

    [Fact]
    public async Task Writer_WritesThatMayWait_ShareTheCommitOfTheNextThatCannot()
    {
        await using var writer = Open();
        await writer.WriteAsync(Row("first"));
        using var reader = new JournalReader(JournalPath);

        var waiting = Enumerable.Range(0, 50).Select(number => writer.WriteAsync(Row($"{number}"), mayWait: true).AsTask()).ToArray();
        await writer.WriteAsync(Row("last"));

        // Applied before it, so durable with it.
        Assert.Equal(52, Assert.Single(reader.Query("SELECT count(*) FROM cursors", row => row.GetInt32(0))));
        await Task.WhenAll(waiting).WaitAsync(Eventually.DefaultTimeout);
    }

    [Fact]
    public async Task Writer_WriteThatMayWait_IsDurableByItselfAfterAWhile()
    {
        await using var writer = Open();

        await writer.WriteAsync(Row("from sleep"), mayWait: true).AsTask().WaitAsync(Eventually.DefaultTimeout);
        await writer.WriteAsync(Row("after another"), mayWait: true).AsTask().WaitAsync(Eventually.DefaultTimeout);

        using var reader = new JournalReader(JournalPath);
        Assert.Equal(2, Assert.Single(reader.Query("SELECT count(*) FROM cursors", row => row.GetInt32(0))));
    }

    [Fact]
    public async Task Writer_DisposedWithWritesThatMayWait_CommitsThem()
    {
        var writer = Open();
        await writer.WriteAsync(Row("first"));
        var waiting = writer.WriteAsync(Row("may wait"), mayWait: true).AsTask();

        await writer.DisposeAsync();

        await waiting.WaitAsync(Eventually.DefaultTimeout);
    }

    private static JournalAction Row(string name) => new(statements => statements.Execute(Insert, name, 0L, Array.Empty<byte>()));

    private JournalWriter Open()
    {
        var connection = JournalFile.OpenForWriting(JournalPath);
        var logPath = _directory.Combine("journal.log");
        return new JournalWriter(JournalPath, connection, LogRecovery.Open(LogFile.Open(logPath), logPath, connection, JournalPath));
    }
}
