using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>Protocol types as columns.</summary>
internal static class JournalColumns
{
    public static ulong U64(this SqliteDataReader row, int column) => checked((ulong)row.GetInt64(column));

    public static uint U32(this SqliteDataReader row, int column) => checked((uint)row.GetInt64(column));

    public static byte[] Bytes(this SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static ChannelId ChannelId(this SqliteDataReader row, int column) =>
        Protocol.Identity.ChannelId.FromBytes(row.Bytes(column));

    public static Bytes32 Bytes32(this SqliteDataReader row, int column) =>
        Protocol.Identity.Bytes32.FromBytes(row.Bytes(column));

    public static Address Address(this SqliteDataReader row, int column) =>
        Protocol.Identity.Address.FromBytes(row.Bytes(column));

    public static TokenAmount Amount(this SqliteDataReader row, int column) => TokenAmount.Parse(row.GetString(column));

    public static Signature Signature(this SqliteDataReader row, int column) =>
        Protocol.Signing.Signature.FromBytes(row.Bytes(column));

    public static string? TextOrNull(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>SQLite's integers are signed; every count here lies below 2^63 by its own rules.</summary>
    public static long Integer(this ulong value) => checked((long)value);
}
