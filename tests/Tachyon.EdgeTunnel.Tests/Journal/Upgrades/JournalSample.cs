using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tests.Reputation;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Journal.Upgrades;

/// <summary>Journals in which every table holds something, and what they say.</summary>
internal static class JournalSample
{
    /// <summary>A channel whose newest record lies in the log alone, as after a crash.</summary>
    private static readonly ChannelId LoggedOnly = TestChannels.Record(3).ChannelId;

    private static readonly DateOnly Day = new(2026, 11, 22);

    /// <summary>Writes the journals of both ends of a channel, after traffic.</summary>
    public static async Task WriteAsync(string directory)
    {
        await using (var pair = await LedgerPair.OpenAsync(directory))
        {
            await pair.ExchangeAsync(_ => { });
            await pair.SnapshotAsync();
            await pair.ExchangeAsync(_ => { });
        }

        var path = Path.Combine(directory, "consumer.db");
        await using (var journal = EdgeJournal.Open(path))
        {
            await FillAsync(journal);
        }

        // The tables as they were before the last record, and the log with it.
        File.Copy(path, path + ".before");
        await using (var journal = EdgeJournal.Open(path))
        {
            await journal.Ledgers.AppendAsync(LoggedOnly, LedgerRecordCodec.Encode(new CapacityRaised(123_456_000)));
        }

        File.Move(path + ".before", path, overwrite: true);
    }

    /// <summary>Everything that the consumer's journal says, a line for each value.</summary>
    public static string[] Read(EdgeJournal journal) =>
    [
        .. new Dictionary<string, object?>
        {
            ["channels"] = journal.Channels.Load(),
            ["own closures"] = journal.Closures.Load(LedgerPair.ChannelId, ClosureSide.Own),
            ["peer closures"] = journal.Closures.Load(LedgerPair.ChannelId, ClosureSide.Peer),
            ["chain cursor"] = journal.Cursor.Find(),
            ["decision"] = journal.Decisions.Find(LedgerPair.ChannelId),
            ["exit routes"] = journal.ExitRoutes.Load(LedgerPair.ChannelId).Routes,
            ["force closes"] = journal.ForceCloses.Load(),
            ["ledger"] = journal.Ledgers.LoadHistory(LedgerPair.ChannelId),
            ["ledger in the log"] = journal.Ledgers.LoadHistory(LoggedOnly),
            ["own statements"] = journal.OwnStatements.Load(),
            ["routes"] = journal.Routes.Load(),
            ["sessions"] = journal.Sessions.Load(0, long.MaxValue),
            ["days"] = journal.Sessions.LoadDays(DateOnly.MinValue, DateOnly.MaxValue),
            ["spend marks"] = journal.SpendMarks.Load(),
            ["statement cursor"] = journal.StatementCursor.Find(),
            ["statement"] = journal.Statements.Find(TestChannels.Provider.Address, TestChannels.Consumer.Address),
            ["settlements"] = journal.Settlements.Load(),
            ["count"] = journal.Counts.Take(LedgerPair.ChannelId)!.CountBytes,
        }.SelectMany(table => RecordText.Of(table.Value).Select(line => $"{table.Key}: {line}")),
    ];

    private static async Task FillAsync(EdgeJournal journal)
    {
        var id = LedgerPair.ChannelId;
        var closure = new Closure(id, 5_000_000, 1_700_000_000);
        await journal.Channels.SaveAsync(TestChannels.Record(1) with { PaidBytes = 5_000, DeadlineSeconds = 1_700_000_001 });
        await journal.Channels.SaveAsync(TestChannels.Record(2, SessionRole.Provider, ChannelStage.Closing));
        await journal.Closures.SaveAsync(ClosureSide.Own, new(closure, TestChannels.Consumer.Sign(closure, TestChannels.Domain)), 1);
        await journal.Closures.SaveAsync(ClosureSide.Peer, new(closure, TestChannels.Provider.Sign(closure, TestChannels.Domain)), 2);
        await journal.Cursor.SaveAsync(new ChainCursor(17, Word(17)));
        await journal.StatementCursor.SaveAsync(new ChainCursor(18, Word(18)));

        var confirm = new Confirm(id, 1_700_000_002);
        var confirmed = TestChannels.Provider.Sign(confirm, TestChannels.Domain);
        await journal.Decisions.SaveAsync(new SignedDecision(id, OpeningDecision.Confirm, confirm.ValidUntilSeconds, confirmed), 3);

        var count = new TagCount(id, Word(19), 4, 6_000_000, 1_700_000_003_000);
        await journal.ExitRoutes.SaveAsync(
            id,
            [new ExitRoute(count.Tag, TestChannels.Consumer.Address, 7_000_000, 6_000_123, new(count, TestChannels.Provider.Sign(count, TestChannels.Domain)))]);
        await journal.Routes.SaveAsync(
            new RouteRecord(id, TestChannels.Key(20), TestChannels.Provider.Address, "exit.example:9440", Word(21), 10_000_000));

        await journal.ForceCloses.SaveAsync(new ForceCloseRecord
        {
            ChannelId = id,
            Phase = ForceClosePhase.Armed,
            Route = CloseRoute.Gateway,
            WantedAtMs = 1_700_000_004_000,
            Permission = new ClosePermission(1_700_000_005, confirmed),
        });

        var about = Statements.Of(5, TestChannels.Provider, TestChannels.Consumer, isProved: true);
        await journal.Statements.SaveAsync([about]);
        await journal.Statements.SaveWeightAsync(new KnownStatement(about, HasPaid: false, Burned: null), hasPaid: true, new TokenAmount(31));
        await journal.OwnStatements.SaveAsync(new OwnStatement(
            new PublishStatement(Statements.Of(6, TestChannels.Consumer, TestChannels.Provider).Signed, null), false, "try again later"));

        var session = new SessionRecord
        {
            SessionId = new Guid(TestChannels.Key(22).AsSpan(0, 16)),
            ChannelId = TestChannels.Record(1).ChannelId,
            Peer = TestChannels.Provider.Address,
            Role = SessionRole.Consumer,
            StartedAtMs = 1_700_000_006_000,
        };
        await journal.Sessions.BeginAsync(session);
        await journal.Sessions.AddUsageAsync(session.SessionId, Day, new UsageBytes(1, 2, 3, 4, 5));
        await journal.Sessions.EndAsync(session.SessionId, 1_700_000_007_000, "Orderly");
        await journal.Settlements.SaveAsync(
            new SettlementRecord(id, 5_000_000, new TokenAmount(41), new TokenAmount(42), new TokenAmount(43), Word(44), 45));
        await journal.SpendMarks.SaveAsync(new SpendMark(id, BudgetPeriod.Month, Day, 46));
        journal.Counts.Take(id)!.CountBytes = 47_000;
    }

    private static Bytes32 Word(byte number) => Bytes32.FromBytes(TestChannels.Key(number));
}
