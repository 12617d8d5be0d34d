namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>How much of the log the tables hold: its newest entry among them, written in the same transaction.</summary>
internal static class LogPosition
{
    private const string Update = "UPDATE log_position SET entry = $1";

    private const string Select = "SELECT entry FROM log_position";

    public static void Save(JournalStatements statements, ulong entry) => statements.Execute(Update, entry.Integer());

    public static ulong Load(JournalStatements statements) => statements.Query(Select, row => row.U64(0)).Single();
}
