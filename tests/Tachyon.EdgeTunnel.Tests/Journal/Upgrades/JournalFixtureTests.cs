using System.IO.Compression;
using Microsoft.Data.Sqlite;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Journal.Upgrades;

/// <summary>
/// A journal that the first version wrote is read by this one: every table, what a crash left in the log alone, and the counts
/// between records. A node that could not would start without its evidence, and be paid nothing for it.
/// </summary>
/// <remarks>
/// journal-v1.zip holds the files and journal-v1.txt what they say. They are written with <c>TACHYON_WRITE_RECORDS=1</c> where they are
/// missing, and never anew: such files lie on the disks of nodes. A change of the tables is a migration.
/// </remarks>
public sealed class JournalFixtureTests : IAsyncLifetime, IDisposable
{
    private static readonly string Files = RepositoryRoot.Combine("tests", "Tachyon.EdgeTunnel.Tests", "Journal", "Upgrades", "journal-v1.zip");
    private static readonly string Text = Path.ChangeExtension(Files, ".txt");

    private readonly TemporaryDirectory _directory = new();

    private string ConsumerPath => _directory.Combine("consumer.db");

    public async Task InitializeAsync()
    {
        if (!File.Exists(Files) && Environment.GetEnvironmentVariable("TACHYON_WRITE_RECORDS") == "1")
        {
            await WriteAsync();
        }

        await ZipFile.ExtractToDirectoryAsync(Files, _directory.Path);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task JournalOfTheFirstVersion_IsReadValueByValue()
    {
        await using var journal = EdgeJournal.Open(ConsumerPath);

        Assert.Empty((await File.ReadAllLinesAsync(Text)).Except(JournalSample.Read(journal)));
    }

    [Fact]
    public async Task BothEndsOfTheFirstVersion_GoOnSigningWhereTheyWere()
    {
        await using var pair = await LedgerPair.OpenAsync(_directory.Path);
        var before = pair.Consumer.NewestOwn!;
        var left = new List<SignedUnit>();

        await pair.ExchangeAsync(left.Add);

        Assert.True(before.Unit.BytesUsed > 0);
        Assert.All(left.Where(unit => unit.Unit.ChannelId == before.Unit.ChannelId).Take(1), unit =>
        {
            Assert.Equal(before.Unit.Index + 1, unit.Unit.Index);
            Assert.True(unit.Unit.BytesUsed >= before.Unit.BytesUsed);
        });
        Assert.NotNull(pair.Consumer.NewestPeer);
    }

    [Fact]
    public async Task JournalOfAVersionToCome_IsRefused_AndStaysAsItIs()
    {
        await EdgeJournal.Open(ConsumerPath).DisposeAsync();
        SetVersion(JournalSchema.Version + 1);
        SqliteConnection.ClearAllPools();
        var before = await File.ReadAllBytesAsync(ConsumerPath);

        var refusal = Assert.Throws<JournalVersionException>(() => EdgeJournal.Open(ConsumerPath));

        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(ConsumerPath));
        SetVersion(JournalSchema.Version);
        await using var journal = EdgeJournal.Open(ConsumerPath);
        Assert.Empty((await File.ReadAllLinesAsync(Text)).Except(JournalSample.Read(journal)));
    }

    private void SetVersion(long version)
    {
        using var connection = new SqliteConnection($"Data Source={ConsumerPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA user_version = {version}; PRAGMA wal_checkpoint(TRUNCATE);";
        command.ExecuteNonQuery();
    }

    private static async Task WriteAsync()
    {
        using var directory = new TemporaryDirectory();
        await JournalSample.WriteAsync(directory.Path);
        await ZipFile.CreateFromDirectoryAsync(directory.Path, Files, CompressionLevel.SmallestSize, includeBaseDirectory: false);
        using var read = new TemporaryDirectory();
        await ZipFile.ExtractToDirectoryAsync(Files, read.Path);
        await using var journal = EdgeJournal.Open(read.Combine("consumer.db"));
        await File.WriteAllLinesAsync(Text, JournalSample.Read(journal));
    }
}
