using Microsoft.Data.Sqlite;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// The journal's tables. The version is SQLite's user_version; each migration leads from one version to the next
/// and, once released, never changes.
/// </summary>
internal static class JournalSchema
{
    // Amounts of tokens are decimal text: they exceed 64 bits. Byte counts stay below 2^58 (protocol, Terms).
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE channels (
            channel_id      BLOB    NOT NULL PRIMARY KEY CHECK (length(channel_id) = 32),
            role            INTEGER NOT NULL,
            consumer        BLOB    NOT NULL,
            provider        BLOB    NOT NULL,
            opening_bytes   INTEGER NOT NULL,
            price_per_mb    TEXT    NOT NULL,
            tolerance_ppm   INTEGER NOT NULL,
            kind            INTEGER NOT NULL,
            salt            BLOB    NOT NULL,
            capacity_bytes  INTEGER NOT NULL,
            phase           INTEGER NOT NULL,
            paid_bytes      INTEGER NOT NULL,
            deadline_s      INTEGER NOT NULL,
            endpoint        TEXT,
            known_at_ms     INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE settlements (
            channel_id      BLOB    NOT NULL PRIMARY KEY,
            bytes_used      INTEGER NOT NULL,
            paid            TEXT    NOT NULL,
            burned          TEXT    NOT NULL,
            refunded        TEXT    NOT NULL,
            transaction_hash BLOB   NOT NULL,
            block           INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE ledger_snapshots (
            channel_id      BLOB    NOT NULL PRIMARY KEY,
            sequence        INTEGER NOT NULL,
            content         BLOB    NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE ledger_records (
            channel_id      BLOB    NOT NULL,
            sequence        INTEGER NOT NULL,
            content         BLOB    NOT NULL,
            PRIMARY KEY (channel_id, sequence)
        ) WITHOUT ROWID;

        CREATE TABLE closures (
            channel_id      BLOB    NOT NULL,
            side            INTEGER NOT NULL,
            bytes_used      INTEGER NOT NULL,
            valid_until_s   INTEGER NOT NULL,
            signature       BLOB    NOT NULL,
            at_ms           INTEGER NOT NULL,
            PRIMARY KEY (channel_id, side, bytes_used, valid_until_s)
        ) WITHOUT ROWID;

        CREATE TABLE decisions (
            channel_id      BLOB    NOT NULL PRIMARY KEY,
            decision        INTEGER NOT NULL,
            valid_until_s   INTEGER NOT NULL,
            signature       BLOB    NOT NULL,
            at_ms           INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE sessions (
            session_id      BLOB    NOT NULL PRIMARY KEY,
            channel_id      BLOB    NOT NULL,
            peer            BLOB    NOT NULL,
            role            INTEGER NOT NULL,
            started_at_ms   INTEGER NOT NULL,
            ended_at_ms     INTEGER,
            end_reason      TEXT
        ) WITHOUT ROWID;
        CREATE INDEX sessions_by_start ON sessions (started_at_ms);

        CREATE TABLE session_usage (
            session_id      BLOB    NOT NULL,
            day             INTEGER NOT NULL,
            sent_bytes      INTEGER NOT NULL,
            received_bytes  INTEGER NOT NULL,
            PRIMARY KEY (session_id, day)
        ) WITHOUT ROWID;

        CREATE TABLE cursors (
            name            TEXT    NOT NULL PRIMARY KEY,
            block           INTEGER NOT NULL,
            block_hash      BLOB    NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        CREATE TABLE force_closes (
            channel_id      BLOB    NOT NULL PRIMARY KEY,
            phase           INTEGER NOT NULL,
            route           INTEGER NOT NULL,
            wanted_at_ms    INTEGER NOT NULL,
            valid_until_s   INTEGER,
            signature       BLOB
        ) WITHOUT ROWID;
        """,
        """
        ALTER TABLE session_usage ADD COLUMN own_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE session_usage ADD COLUMN peer_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE session_usage ADD COLUMN agreed_bytes INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE TABLE spend_marks (
            channel_id      BLOB    NOT NULL,
            period          INTEGER NOT NULL,
            started_on      INTEGER NOT NULL,
            signed_bytes    INTEGER NOT NULL,
            PRIMARY KEY (channel_id, period)
        ) WITHOUT ROWID;
        """,
        """
        CREATE TABLE log_position (
            entry           INTEGER NOT NULL
        );
        INSERT INTO log_position (entry) VALUES (0);
        """,
        """
        CREATE TABLE statements (
            subject         BLOB    NOT NULL,
            issuer          BLOB    NOT NULL,
            timestamp_ms    INTEGER NOT NULL,
            stands          INTEGER NOT NULL,
            proved          INTEGER NOT NULL,
            burned          TEXT,
            content         BLOB    NOT NULL,
            PRIMARY KEY (subject, issuer)
        ) WITHOUT ROWID;
        CREATE INDEX statements_to_weigh ON statements (subject) WHERE stands = 1 AND burned IS NULL;

        CREATE TABLE own_statements (
            subject         BLOB    NOT NULL PRIMARY KEY,
            content         BLOB    NOT NULL,
            acknowledged    INTEGER NOT NULL,
            refusal         TEXT
        ) WITHOUT ROWID;
        """,
        """
        CREATE TABLE routes (
            lock_id         BLOB    NOT NULL PRIMARY KEY CHECK (length(lock_id) = 32),
            route_key       BLOB    NOT NULL CHECK (length(route_key) = 32),
            exit            BLOB    NOT NULL,
            endpoint        TEXT    NOT NULL,
            tag             BLOB    NOT NULL,
            step_bytes      INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE exit_routes (
            pool_id         BLOB    NOT NULL,
            tag             BLOB    NOT NULL,
            route_key       BLOB    NOT NULL,
            credit_bytes    INTEGER NOT NULL,
            count_bytes     INTEGER NOT NULL,
            count_index     INTEGER NOT NULL,
            stated_bytes    INTEGER NOT NULL,
            stated_at_ms    INTEGER NOT NULL,
            signature       BLOB    NOT NULL,
            PRIMARY KEY (pool_id, tag)
        ) WITHOUT ROWID;
        """,
        """
        ALTER TABLE statements ADD COLUMN paid INTEGER NOT NULL DEFAULT 0;
        UPDATE statements SET paid = 1 WHERE burned <> '0';
        UPDATE statements SET burned = NULL WHERE burned = '0';
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static long Version => Migrations.Length;

    /// <summary>Brings the tables to <see cref="Version"/>; each step is one transaction.</summary>
    /// <exception cref="JournalVersionException">The file is newer than this program.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        using var read = connection.CreateCommand();
        read.CommandText = "PRAGMA user_version";
        var version = (long)read.ExecuteScalar()!;
        if (version > Version)
        {
            throw new JournalVersionException(path, version, Version);
        }

        for (; version < Version; version++)
        {
            using var step = connection.CreateCommand();
            step.CommandText = $"BEGIN IMMEDIATE; {Migrations[version]} PRAGMA user_version = {version + 1}; COMMIT;";
            step.ExecuteNonQuery();
        }
    }
}
