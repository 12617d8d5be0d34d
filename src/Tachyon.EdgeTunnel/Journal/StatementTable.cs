using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>A statement of anyone that this node was told and has checked.</summary>
/// <param name="Published">The statement with the terms of its channel and its evidence.</param>
/// <param name="HasPaid">Whether the channel has paid anything, as this node's own endpoint shows it; false while it has not looked.</param>
/// <param name="Burned">What the channel burned in the end, as this node's own endpoint shows it; null while it has not looked, or not ended.</param>
internal sealed record KnownStatement(PublishedStatement Published, bool HasPaid, TokenAmount? Burned)
{
    public Address Issuer => Published.Signed.Issuer;

    public Address Subject => Published.Signed.Subject;

    public bool Stands => !Published.Signed.Statement.Revoked;

    public bool HasEvidence => Published.Evidence is not null;
}

/// <summary>The newest statement of each issuer about each subject, from all that the gateway passed on.</summary>
internal sealed class StatementTable(JournalWriter writer, JournalReader reader)
{
    private const string Upsert = """
        INSERT INTO statements (subject, issuer, timestamp_ms, stands, proved, content) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (subject, issuer) DO UPDATE SET timestamp_ms = $3, stands = $4, proved = $5, content = $6, paid = 0, burned = NULL
        """;

    // What matters least goes first: what was revoked, then what nobody proved, then the oldest.
    private const string Prune = """
        DELETE FROM statements WHERE (subject, issuer) IN (
            SELECT subject, issuer FROM statements WHERE subject <> $1 AND issuer <> $1 ORDER BY stands, proved, timestamp_ms LIMIT $2)
        """;

    private const string Columns = "SELECT content, burned, paid FROM statements";

    public ValueTask SaveAsync(IReadOnlyList<PublishedStatement> statements) => writer.WriteAsync(new JournalAction(journal =>
    {
        foreach (var published in statements)
        {
            var stated = published.Signed.Statement;
            journal.Execute(
                Upsert,
                stated.Subject.ToArray(),
                stated.Issuer.ToArray(),
                stated.TimestampMs.Integer(),
                stated.Revoked ? 0 : 1,
                published.Evidence is null ? 0 : 1,
                Encode(published));
        }
    }));

    /// <summary>Notes what the channel of a statement shows for it, unless a newer statement took its place.</summary>
    public ValueTask SaveWeightAsync(KnownStatement known, bool hasPaid, TokenAmount? burned) => writer.WriteAsync(new JournalAction(journal => journal.Execute(
        "UPDATE statements SET burned = $4, paid = $5 WHERE subject = $1 AND issuer = $2 AND timestamp_ms = $3",
        known.Subject.ToArray(),
        known.Issuer.ToArray(),
        known.Published.Signed.Statement.TimestampMs.Integer(),
        burned?.ToString(),
        hasPaid ? 1 : 0)));

    /// <summary>Drops so many of those that do not concern this node.</summary>
    public ValueTask PruneAsync(Address self, int count) =>
        writer.WriteAsync(new JournalAction(journal => journal.Execute(Prune, self.ToArray(), count)));

    /// <summary>Null when the issuer stated nothing about the subject that is known here.</summary>
    public KnownStatement? Find(Address issuer, Address subject) =>
        reader.Query(Columns + " WHERE subject = $1 AND issuer = $2", Read, subject.ToArray(), issuer.ToArray()).SingleOrDefault();

    /// <summary>What stands about a node.</summary>
    public IReadOnlyList<KnownStatement> StandingAbout(Address subject) =>
        reader.Query(Columns + " WHERE subject = $1 AND stands = 1", Read, subject.ToArray());

    /// <summary>Standing ones whose channel was not looked at yet, or had not ended when it was: those after one in the table's order, the first of all for null.</summary>
    public IReadOnlyList<KnownStatement> Unweighed(int most, KnownStatement? after = null) => reader.Query(
        Columns + " WHERE stands = 1 AND burned IS NULL AND (subject, issuer) > ($2, $3) ORDER BY subject, issuer LIMIT $1",
        Read,
        most,
        after?.Subject.ToArray() ?? [],
        after?.Issuer.ToArray() ?? []);

    /// <summary>All of them, and those that stand.</summary>
    public (int All, int Standing) Count() =>
        reader.Query("SELECT COUNT(*), COALESCE(SUM(stands), 0) FROM statements", row => (row.GetInt32(0), row.GetInt32(1))).Single();

    // As the gateway sends it: one frozen format for both.
    private static byte[] Encode(PublishedStatement published) =>
        GatewayCodec.Encode(0, new StatementsPublished(Bytes32.Zero, [published]));

    private static KnownStatement Read(SqliteDataReader row)
    {
        var fault = GatewayCodec.TryDecode(row.Bytes(0), out var envelope, out _);
        return fault == GatewayDecodeFault.None
            ? new KnownStatement(((StatementsPublished)envelope!.Message).Statements[0], row.GetInt32(2) != 0, row.TextOrNull(1) is { } burned ? TokenAmount.Parse(burned) : null)
            : throw new InvalidOperationException($"A statement in the journal cannot be read ({fault}).");
    }
}
