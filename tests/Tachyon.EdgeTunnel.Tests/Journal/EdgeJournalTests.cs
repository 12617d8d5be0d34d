using Microsoft.Data.Sqlite;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Journal;

public sealed class EdgeJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string JournalPath => _directory.Combine("journal.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Channels_SavedAndReopened_AreAsTheyWere()
    {
        var first = TestChannels.Record(1, SessionRole.Consumer, ChannelStage.Intended);
        var second = TestChannels.Record(2, SessionRole.Provider, ChannelStage.Opened) with { DeadlineSeconds = 77, PaidBytes = 5_000 };
        await using (var journal = EdgeJournal.Open(JournalPath))
        {
            await journal.Channels.SaveAsync(second);
            await journal.Channels.SaveAsync(first);
            await journal.Channels.SaveAsync(first with { Stage = ChannelStage.Active, CapacityBytes = 2_000_000_000, Endpoint = "[::1]:5" });
        }

        await using var reopened = EdgeJournal.Open(JournalPath);
        Assert.Equal(
            [first with { Stage = ChannelStage.Active, CapacityBytes = 2_000_000_000, Endpoint = "[::1]:5" }, second],
            reopened.Channels.Load());
    }

    [Fact]
    public async Task Closures_OfBothSides_AreKeptApartAndLongestValidFirst()
    {
        var channelId = TestChannels.Record().ChannelId;
        var own = Sign(TestChannels.Consumer, new Closure(channelId, 5_000, 100));
        var ownLater = Sign(TestChannels.Consumer, new Closure(channelId, 5_000, 200));
        var peer = Sign(TestChannels.Provider, new Closure(channelId, 5_000, 200));
        await using var journal = EdgeJournal.Open(JournalPath);

        await journal.Closures.SaveAsync(ClosureSide.Own, own, 1);
        await journal.Closures.SaveAsync(ClosureSide.Own, ownLater, 2);
        await journal.Closures.SaveAsync(ClosureSide.Own, ownLater, 3);
        await journal.Closures.SaveAsync(ClosureSide.Peer, peer, 4);

        Assert.Equal([ownLater, own], journal.Closures.Load(channelId, ClosureSide.Own));
        Assert.Equal([peer], journal.Closures.Load(channelId, ClosureSide.Peer));
    }

    [Fact]
    public async Task Decisions_AConfirmation_IsNeverTurnedIntoARefusal()
    {
        var channelId = TestChannels.Record().ChannelId;
        var confirm = new SignedDecision(channelId, OpeningDecision.Confirm, 10, default(Signature) with { V = 27 });
        await using var journal = EdgeJournal.Open(JournalPath);
        Assert.Null(journal.Decisions.Find(channelId));

        await journal.Decisions.SaveAsync(confirm, 1);
        await journal.Decisions.SaveAsync(confirm with { Decision = OpeningDecision.Decline }, 2);
        await journal.Decisions.SaveAsync(confirm with { ValidUntilSeconds = 20 }, 3);

        Assert.Equal(confirm with { ValidUntilSeconds = 20 }, journal.Decisions.Find(channelId));
    }

    [Fact]
    public async Task Ledgers_StateAndRecords_ComeBackInOrderAndHistoryStaysWhole()
    {
        var channelId = TestChannels.Record().ChannelId;
        await using var journal = EdgeJournal.Open(JournalPath);
        await journal.Ledgers.AppendAsync(channelId, [1]);
        await journal.Ledgers.AppendAsync(channelId, [2]);
        Assert.Null((await journal.Ledgers.LoadAsync(channelId)).State);

        await journal.Ledgers.StoreAsync(channelId, [12]);
        await journal.Ledgers.AppendAsync(channelId, [3]);
        await journal.Ledgers.AppendAsync(TestChannels.Record(9).ChannelId, [9]);

        var stored = await journal.Ledgers.LoadAsync(channelId);
        Assert.Equal([12], stored.State!);
        Assert.Equal([[3]], stored.Records);
        Assert.Equal([[1], [2], [3]], journal.Ledgers.LoadHistory(channelId));
    }

    [Fact]
    public async Task Sessions_UsageOfSeveralDays_IsSummedPerSessionAndListedPerDay()
    {
        var channel = TestChannels.Record();
        var session = new SessionRecord
        {
            SessionId = Guid.NewGuid(), ChannelId = channel.ChannelId, Peer = channel.Peer, Role = channel.Role, StartedAtMs = 1_000,
        };
        var monday = new DateOnly(2026, 11, 23);
        await using var journal = EdgeJournal.Open(JournalPath);
        await journal.Sessions.BeginAsync(session);
        await journal.Sessions.AddUsageAsync(session.SessionId, monday, new UsageBytes(10, 100, 110, 105, 100));
        await journal.Sessions.AddUsageAsync(session.SessionId, monday, new UsageBytes(5, 50, 55, 50, 50));
        await journal.Sessions.AddUsageAsync(session.SessionId, monday.AddDays(1), new UsageBytes(1, 1, 2, 2, 2));
        await journal.Sessions.EndAsync(session.SessionId, 2_000, "Orderly");

        Assert.Equal(
            [session with { EndedAtMs = 2_000, EndReason = "Orderly", Usage = new UsageBytes(16, 151, 167, 157, 152) }],
            journal.Sessions.Load(0, 5_000));
        Assert.Empty(journal.Sessions.Load(1_001, 5_000));
        Assert.Equal(
            [new DailyUsage(session.SessionId, channel.ChannelId, channel.Peer, channel.Role, monday, default, new UsageBytes(15, 150, 165, 155, 150))],
            journal.Sessions.LoadDays(monday, monday.AddDays(1)));
    }

    [Fact]
    public async Task Settlements_SeenAgainAfterAReorganisation_TheNewestCounts()
    {
        var channelId = TestChannels.Record().ChannelId;
        var settlement = new SettlementRecord(
            channelId, 5_000, new TokenAmount(7), TokenAmount.Zero, new TokenAmount(93), Bytes32.FromBytes(TestChannels.Key(5)), 12);
        await using var journal = EdgeJournal.Open(JournalPath);

        await journal.Settlements.SaveAsync(settlement);
        await journal.Settlements.SaveAsync(settlement with { BlockNumber = 13 });

        Assert.Equal([settlement with { BlockNumber = 13 }], journal.Settlements.Load());
    }

    [Fact]
    public async Task Open_AJournalOfANewerProgram_IsRefusedWithBothVersions()
    {
        await EdgeJournal.Open(JournalPath).DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={JournalPath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1000";
            command.ExecuteNonQuery();
        }

        var fault = Assert.Throws<JournalVersionException>(() => EdgeJournal.Open(JournalPath));

        Assert.Equal(1_000, fault.Actual);
        Assert.Equal(JournalSchema.Version, fault.NewestKnown);
    }

    [Fact]
    public void Open_AFileThatIsNoJournal_IsRefusedAndLeftAlone()
    {
        File.WriteAllText(JournalPath, new string('x', 4_096));

        var fault = Assert.Throws<JournalException>(() => EdgeJournal.Open(JournalPath));

        Assert.Contains(JournalPath, fault.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 4_096), File.ReadAllText(JournalPath));
    }

    private static SignedClosure Sign(KeySigner signer, Closure closure) => new(closure, signer.Sign(closure, TestChannels.Domain));
}
