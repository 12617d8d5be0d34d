using Microsoft.Data.Sqlite;
using Tachyon.EdgeTunnel.Config;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>What a channel's newest own unit stated when a period began.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Period">Day or month.</param>
/// <param name="StartedOn">The period's first day.</param>
/// <param name="SignedBytes">Bytes signed for before it.</param>
internal sealed record SpendMark(ChannelId ChannelId, BudgetPeriod Period, DateOnly StartedOn, ulong SignedBytes);

/// <summary>
/// Where the budgets' periods began. What was spent since is the difference to the newest own unit, which is durable before it
/// is sent: no crash makes a node forget what it spent.
/// </summary>
internal sealed class SpendMarkTable(JournalWriter writer, JournalReader reader)
{
    // The current period of each kind is all that is asked for.
    private const string Upsert = """
        INSERT INTO spend_marks (channel_id, period, started_on, signed_bytes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (channel_id, period) DO UPDATE SET started_on = $3, signed_bytes = $4
        """;

    private const string SelectAll = "SELECT channel_id, period, started_on, signed_bytes FROM spend_marks";

    public ValueTask SaveAsync(SpendMark mark) => writer.WriteAsync(new JournalAction(statements => statements.Execute(
        Upsert, mark.ChannelId.ToArray(), (int)mark.Period, mark.StartedOn.DayNumber, mark.SignedBytes.Integer())));

    public IReadOnlyList<SpendMark> Load() => reader.Query(SelectAll, Read);

    private static SpendMark Read(SqliteDataReader row) => new(
        row.ChannelId(0), (BudgetPeriod)row.GetInt32(1), DateOnly.FromDayNumber(row.GetInt32(2)), row.U64(3));
}
