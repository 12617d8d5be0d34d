namespace Tachyon.EdgeTunnel.Node;

/// <summary>The data directory cannot be used; <see cref="Path"/> says which.</summary>
public class DataDirectoryException(string path, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The directory.</summary>
    public string Path { get; } = path;
}

/// <summary>Another process holds the data directory. Two processes on one journal could sign contradicting units.</summary>
public sealed class DataDirectoryInUseException(string path, string holder, Exception? inner = null)
    : DataDirectoryException(path, $"the data directory {path} is in use by another process{holder}; stop it first or choose another with --data", inner);
