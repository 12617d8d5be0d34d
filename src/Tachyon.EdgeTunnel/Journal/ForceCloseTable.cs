using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>How far this node has gone in closing a channel alone. The numbers are in the journal.</summary>
internal enum ForceClosePhase
{
    Invalid = 0,

    /// <summary>Its owner wants it: no session begins any more, one that runs is ended in order.</summary>
    Wanted = 1,

    /// <summary>Nothing is signed any more; the close, or the permission to relay it, may be on its way to the chain.</summary>
    Armed = 2,
}

/// <summary>Who takes the close to the chain. The numbers are in the journal.</summary>
internal enum CloseRoute
{
    Invalid = 0,

    /// <summary>This node's own account, or the gateway where that has no gas.</summary>
    Automatic = 1,

    /// <summary>Only this node's own account, on its own RPC endpoint.</summary>
    OwnAccount = 2,

    /// <summary>Only the gateway, which pays the gas.</summary>
    Gateway = 3,
}

/// <summary>A permission to relay the close, signed by this node: <c>Close(channelId, validUntil)</c>.</summary>
internal sealed record ClosePermission(ulong ValidUntilSeconds, Signature Signature);

/// <summary>A close that this node starts alone.</summary>
internal sealed record ForceCloseRecord
{
    public required ChannelId ChannelId { get; init; }

    public required ForceClosePhase Phase { get; init; }

    public required CloseRoute Route { get; init; }

    public required long WantedAtMs { get; init; }

    /// <summary>The newest one signed; null where none was.</summary>
    public ClosePermission? Permission { get; init; }
}

/// <summary>The closes that this node starts alone. A wish is never taken back: the close may be on its way.</summary>
internal sealed class ForceCloseTable(JournalWriter writer, JournalReader reader)
{
    private const string Upsert = """
        INSERT INTO force_closes (channel_id, phase, route, wanted_at_ms, valid_until_s, signature) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (channel_id) DO UPDATE SET phase = $2, route = $3, valid_until_s = $5, signature = $6
        """;

    private const string SelectAll = "SELECT channel_id, phase, route, wanted_at_ms, valid_until_s, signature FROM force_closes";

    /// <summary>Only after this completes may anything that rests on it leave the node.</summary>
    public ValueTask SaveAsync(ForceCloseRecord close) => writer.WriteAsync(new JournalAction(statements => statements.Execute(
        Upsert,
        close.ChannelId.ToArray(),
        (int)close.Phase,
        (int)close.Route,
        close.WantedAtMs,
        close.Permission?.ValidUntilSeconds.Integer(),
        close.Permission?.Signature.ToArray())));

    public IReadOnlyList<ForceCloseRecord> Load() => reader.Query(SelectAll, Read);

    private static ForceCloseRecord Read(SqliteDataReader row) => new()
    {
        ChannelId = row.ChannelId(0),
        Phase = (ForceClosePhase)row.GetInt32(1),
        Route = (CloseRoute)row.GetInt32(2),
        WantedAtMs = row.GetInt64(3),
        Permission = row.IsDBNull(4) ? null : new ClosePermission(row.U64(4), row.Signature(5)),
    };
}
