using System.Globalization;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Holds a data directory for this process until disposed. The kernel drops the lock when the process dies,
/// so that nothing is left to clean up after a crash.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    // What the system answers when another process holds the file: EWOULDBLOCK on Linux and macOS, a sharing violation on Windows.
    private static readonly int[] HeldElsewhere = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="DataDirectoryInUseException">Another process, or another node of this one, holds the directory.</exception>
    /// <exception cref="DataDirectoryException">The directory cannot be written.</exception>
    public static DataDirectoryLock Acquire(DataDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        directory.Create();
        FileStream? file = null;
        try
        {
            file = new FileStream(directory.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(directory.ProcessIdPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataDirectoryLock(file);
        }
        catch (IOException fault) when (file is null && HeldElsewhere.Contains(fault.HResult))
        {
            throw new DataDirectoryInUseException(directory.Path, HolderOf(directory), fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new DataDirectoryException(directory.Path, $"the data directory {directory.Path} cannot be written: {fault.Message}", fault);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string HolderOf(DataDirectory directory)
    {
        try
        {
            return $" (process {File.ReadAllText(directory.ProcessIdPath)})";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
