using Microsoft.Data.Sqlite;

namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>Brings what only the log holds into the tables, when a journal is opened.</summary>
internal static class LogRecovery
{
    /// <summary>Opens the log. From then on the tables hold everything that was ever durable.</summary>
    /// <exception cref="JournalException">An entry is missing, or the tables cannot be written.</exception>
    public static RecordLog Open(ILogFile file, string logPath, SqliteConnection connection, string journalPath)
    {
        try
        {
            // Its commands and not the connection are disposed of: that is the writer's.
            using var statements = new JournalStatements(connection, ownsConnection: false);
            var storedEntry = LogPosition.Load(statements);
            var log = RecordLog.Open(file, logPath, storedEntry, out var unstored);
            if (log.NewestEntry > storedEntry)
            {
                Store(statements, unstored, log.NewestEntry);
            }

            return log;
        }
        catch (Exception fault) when (fault is SqliteException or IOException)
        {
            throw new JournalException(journalPath, $"the journal {journalPath} cannot be recovered from {logPath}: {fault.Message}", fault);
        }
    }

    private static void Store(JournalStatements statements, List<LogEntry> unstored, ulong newestEntry)
    {
        statements.Execute("BEGIN IMMEDIATE");
        foreach (var entry in unstored)
        {
            entry.Apply(statements);
        }

        LogPosition.Save(statements, newestEntry);
        statements.Execute("COMMIT");
    }
}
