namespace Tachyon.Grains.Storage;

/// <summary>Settings of reminders in SQLite.</summary>
public sealed class SqliteReminderOptions
{
    /// <summary>The database file; may be that of a grain storage. Its directory must exist.</summary>
    public string Path { get; set; } = "";

    /// <summary>How long to wait for another writer of the file before a write fails. The default is 10 seconds.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
