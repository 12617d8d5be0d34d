using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>What a provider decided about an opened channel. The numbers are in the journal.</summary>
internal enum OpeningDecision
{
    Invalid = 0,
    Confirm = 1,
    Decline = 2,

    /// <summary>Accepted before it was opened.</summary>
    Accept = 3,
}

/// <summary>A decision with the signature by which anyone may take it to the chain.</summary>
internal sealed record SignedDecision(ChannelId ChannelId, OpeningDecision Decision, ulong ValidUntilSeconds, Signature Signature);

/// <summary>
/// The provider's decisions. The newest replaces an older one of the same kind; a confirmation and a refusal never replace
/// each other, so that nobody holds both of one channel. An acceptance, of no use once the channel is opened without it,
/// may be followed by either.
/// </summary>
internal sealed class DecisionTable(JournalWriter writer, JournalReader reader)
{
    private const string Upsert = """
        INSERT INTO decisions (channel_id, decision, valid_until_s, signature, at_ms) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (channel_id) DO UPDATE SET decision = $2, valid_until_s = $3, signature = $4, at_ms = $5 WHERE decision IN ($2, 3)
        """;

    private const string Select = "SELECT channel_id, decision, valid_until_s, signature FROM decisions WHERE channel_id = $1";

    public ValueTask SaveAsync(SignedDecision decision, long nowMs) => writer.WriteAsync(new JournalAction(statements => statements.Execute(
        Upsert,
        decision.ChannelId.ToArray(),
        (int)decision.Decision,
        decision.ValidUntilSeconds.Integer(),
        decision.Signature.ToArray(),
        nowMs)));

    /// <summary>Null while nothing was decided.</summary>
    public SignedDecision? Find(ChannelId channelId) => reader.Query(Select, Read, channelId.ToArray()).SingleOrDefault();

    private static SignedDecision Read(SqliteDataReader row) =>
        new(row.ChannelId(0), (OpeningDecision)row.GetInt32(1), row.U64(2), row.Signature(3));
}
