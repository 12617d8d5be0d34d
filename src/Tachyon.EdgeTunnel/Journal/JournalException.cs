namespace Tachyon.EdgeTunnel.Journal;

/// <summary>The journal cannot be opened, read or written. Without it nothing may be signed.</summary>
public class JournalException(string path, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}

/// <summary>The journal was written by a newer version of the node.</summary>
public sealed class JournalVersionException(string path, long actual, long newestKnown)
    : JournalException(path, $"the journal {path} has version {actual}, but this program knows versions up to {newestKnown}; use the newer program")
{
    /// <summary>The version that was found.</summary>
    public long Actual { get; } = actual;

    /// <summary>The newest version known here.</summary>
    public long NewestKnown { get; } = newestKnown;
}

/// <summary>
/// A write failed, so what is durable is unknown. The journal refuses everything from then on: the node must stop
/// and recover from what is on disk.
/// </summary>
public sealed class JournalBrokenException(string path, Exception inner)
    : JournalException(path, $"the journal {path} cannot be written ({inner.Message}); nothing is signed until the node is started again", inner);
