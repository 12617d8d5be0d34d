namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// The files of one node: its key, its journal, its control socket and the lock that keeps a second process out.
/// </summary>
internal sealed class DataDirectory
{
    // sun_path holds 108 bytes on Linux, the terminating zero included.
    private const int LongestSocketPathBytes = 107;

    public DataDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>Where a node keeps its files unless told otherwise: the user's data directory.</summary>
    public static string DefaultPath => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "tachyon");

    public string Path { get; }

    public string KeystorePath => System.IO.Path.Combine(Path, "keystore.json");

    public string JournalPath => System.IO.Path.Combine(Path, "journal.db");

    public string ControlSocketPath => System.IO.Path.Combine(Path, "control.sock");

    public string LockPath => System.IO.Path.Combine(Path, "node.lock");

    /// <summary>Says which process holds the lock; only for messages.</summary>
    public string ProcessIdPath => System.IO.Path.Combine(Path, "node.pid");

    /// <summary>Whether the control socket's path is short enough for a unix domain socket.</summary>
    public bool FitsControlSocket =>
        System.Text.Encoding.UTF8.GetByteCount(ControlSocketPath) <= LongestSocketPathBytes;

    /// <summary>Creates the directory, readable by its owner only.</summary>
    /// <exception cref="DataDirectoryException">The directory cannot be created.</exception>
    public void Create()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path);
            }
            else
            {
                Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(Path, $"the data directory {Path} cannot be created: {fault.Message}", fault);
        }
    }

    public override string ToString() => Path;
}
