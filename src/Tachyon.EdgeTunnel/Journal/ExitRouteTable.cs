using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// What this node signed for routes as their exit: the newest count of each tag. Durable before it leaves, so that no index is
/// ever used twice; credits are the proxy's, which says them again on each connection.
/// </summary>
internal sealed class ExitRouteTable(JournalWriter writer, JournalReader reader)
{
    private const string Upsert = """
        INSERT INTO exit_routes (pool_id, tag, route_key, credit_bytes, count_bytes, count_index, stated_bytes, stated_at_ms, signature)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (pool_id, tag) DO UPDATE
        SET credit_bytes = $4, count_bytes = $5, count_index = $6, stated_bytes = $7, stated_at_ms = $8, signature = $9
        """;

    private const string Delete = "DELETE FROM exit_routes WHERE pool_id = $1 AND tag = $2";

    private const string Select = """
        SELECT tag, route_key, credit_bytes, count_bytes, count_index, stated_bytes, stated_at_ms, signature FROM exit_routes WHERE pool_id = $1
        """;

    /// <summary>Keeps the newest counts of routes of a pool, all in one; each has one.</summary>
    public ValueTask SaveAsync(ChannelId poolId, IReadOnlyList<ExitRoute> routes) => writer.WriteAsync(new JournalAction(statements =>
    {
        foreach (var route in routes)
        {
            var newest = route.Newest!;
            statements.Execute(
                Upsert,
                poolId.ToArray(),
                route.Tag.ToArray(),
                route.RouteKey.ToArray(),
                route.CreditBytes.Integer(),
                route.CountBytes.Integer(),
                newest.Count.Index.Integer(),
                newest.Count.BytesUsed.Integer(),
                newest.Count.TimestampMs.Integer(),
                newest.Signature.ToArray());
        }
    }));

    /// <summary>Forgets routes that are over.</summary>
    public ValueTask RemoveAsync(ChannelId poolId, IReadOnlyList<Bytes32> tags) => writer.WriteAsync(new JournalAction(statements =>
    {
        foreach (var tag in tags)
        {
            statements.Execute(Delete, poolId.ToArray(), tag.ToArray());
        }
    }));

    /// <summary>The routes of a pool.</summary>
    public ExitState Load(ChannelId poolId) => new(reader.Query(Select, row => Read(row, poolId), poolId.ToArray()));

    private static ExitRoute Read(SqliteDataReader row, ChannelId poolId)
    {
        var tag = row.Bytes32(0);
        var count = new TagCount(poolId, tag, row.U64(4), row.U64(5), row.U64(6));
        return new ExitRoute(tag, row.Address(1), row.U64(2), row.U64(3), new SignedTagCount(count, row.Signature(7)));
    }
}
