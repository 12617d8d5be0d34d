using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>A statement that this node signed, and what the gateway made of it.</summary>
/// <param name="Request">The statement with its evidence, as it is published.</param>
/// <param name="IsAcknowledged">Whether the gateway has it durably.</param>
/// <param name="Refusal">Why the gateway refused it last; null where it did not.</param>
internal sealed record OwnStatement(PublishStatement Request, bool IsAcknowledged, string? Refusal)
{
    public Address Subject => Request.Signed.Subject;

    public bool Stands => !Request.Signed.Statement.Revoked;
}

/// <summary>What this node states about others: the newest of each, durable before it leaves, until the gateway has it.</summary>
internal sealed class OwnStatementTable(JournalWriter writer, JournalReader reader)
{
    private const string Columns = "SELECT content, acknowledged, refusal FROM own_statements";

    private const string Upsert = """
        INSERT INTO own_statements (subject, content, acknowledged, refusal) VALUES ($1, $2, $3, $4)
        ON CONFLICT (subject) DO UPDATE SET content = $2, acknowledged = $3, refusal = $4
        """;

    public ValueTask SaveAsync(OwnStatement own) => writer.WriteAsync(new JournalAction(journal => journal.Execute(
        Upsert, own.Subject.ToArray(), GatewayCodec.Encode(1, own.Request), own.IsAcknowledged ? 1 : 0, own.Refusal)));

    public OwnStatement? Find(Address subject) => reader.Query(Columns + " WHERE subject = $1", Read, subject.ToArray()).SingleOrDefault();

    public IReadOnlyList<OwnStatement> Load() => reader.Query(Columns, Read);

    internal static IReadOnlyList<OwnStatement> Load(JournalReader reader) => reader.Query(Columns, Read);

    private static OwnStatement Read(SqliteDataReader row)
    {
        var fault = GatewayCodec.TryDecode(row.Bytes(0), out var envelope, out _);
        return fault == GatewayDecodeFault.None
            ? new OwnStatement((PublishStatement)envelope!.Message, row.GetInt32(1) != 0, row.TextOrNull(2))
            : throw new InvalidOperationException($"A statement of this node in the journal cannot be read ({fault}).");
    }
}
