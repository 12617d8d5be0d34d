using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>A route of this node as a consumer: what a lock, which is a channel of its own, is for.</summary>
/// <param name="LockId">The lock that pays for it.</param>
/// <param name="RouteKey">The private key, 32 bytes, that was made for this route alone. It opens no purse.</param>
/// <param name="Exit">The exit.</param>
/// <param name="Endpoint">Where the exit is reached, HOST:PORT.</param>
/// <param name="Tag">What the exit knows the route by.</param>
/// <param name="StepBytes">The proxy's route step.</param>
internal sealed record RouteRecord(ChannelId LockId, byte[] RouteKey, Address Exit, string Endpoint, Bytes32 Tag, ulong StepBytes);

/// <summary>The routes that this node asked for. Durable before a lock is opened: without its route's key it would be of no use.</summary>
internal sealed class RouteTable(JournalWriter writer, JournalReader reader)
{
    private const string Upsert = """
        INSERT INTO routes (lock_id, route_key, exit, endpoint, tag, step_bytes) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (lock_id) DO UPDATE SET exit = $3, endpoint = $4, tag = $5
        """;

    private const string SelectAll = "SELECT lock_id, route_key, exit, endpoint, tag, step_bytes FROM routes";

    /// <summary>Adds the route, or replaces what a later grant may change of it. The step stays: units were signed by it.</summary>
    public ValueTask SaveAsync(RouteRecord route) => writer.WriteAsync(new JournalAction(statements => statements.Execute(
        Upsert,
        route.LockId.ToArray(),
        route.RouteKey,
        route.Exit.ToArray(),
        route.Endpoint,
        route.Tag.ToArray(),
        route.StepBytes.Integer())));

    /// <summary>All routes.</summary>
    public IReadOnlyList<RouteRecord> Load() => reader.Query(SelectAll, Read);

    private static RouteRecord Read(SqliteDataReader row) => new(
        row.ChannelId(0), row.Bytes(1), row.Address(2), row.GetString(3), row.Bytes32(4), row.U64(5));
}
