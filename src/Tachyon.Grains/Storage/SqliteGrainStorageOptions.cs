using Orleans.Storage;

namespace Tachyon.Grains.Storage;

/// <summary>Settings of one SQLite grain storage.</summary>
public sealed class SqliteGrainStorageOptions
{
    /// <summary>
    /// The database file; its directory must exist. Silos on one machine may share a file; machines may not, since
    /// SQLite's write-ahead log needs shared memory.
    /// </summary>
    public string Path { get; set; } = "";

    /// <summary>
    /// The most writes that share one transaction, 1 to 100,000. More gives more writes per second under load; fewer
    /// shortens the wait of the first in a batch. The default is 2,000.
    /// </summary>
    public int MaxBatch { get; set; } = 2_000;

    /// <summary>
    /// How far apart transactions begin, at the least, while many writes share them; up to one second. More costs the
    /// processor less under load and has units acknowledged later; a lone write never waits. The default is 24 milliseconds.
    /// </summary>
    public TimeSpan Gathering { get; set; } = TimeSpan.FromMilliseconds(24);

    /// <summary>How long to wait for another process that holds the file before a write fails. The default is 10 seconds.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Encodes records; the default is <see cref="VersionedGrainStorageSerializer"/> over Orleans' own format.</summary>
    public IGrainStorageSerializer? Serializer { get; set; }
}
