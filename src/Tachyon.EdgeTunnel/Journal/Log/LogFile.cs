using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>
/// The log's file on disk. It never grows, so that a sync writes the data alone and no metadata of the file system. Where that has
/// direct writes they are used: what is written once and not read again needs no copy in the page cache.
/// </summary>
internal sealed partial class LogFile : ILogFile
{
    /// <summary>512 slots: more than a second of units at the highest rates.</summary>
    public const int DefaultBytes = 512 * LogSlot.Bytes;

    private const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;

    // O_DIRECT. ARM has another number for it.
    private static readonly int Direct = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    private readonly string _path;
    private readonly SafeFileHandle _handle;

    private LogFile(string path, SafeFileHandle handle) => (_path, _handle) = (path, handle);

    public int LengthBytes => DefaultBytes;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="JournalException">It cannot be made or opened, or has not the length that it was made with.</exception>
    public static LogFile Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            if (new FileInfo(path).Length is var length && length != DefaultBytes)
            {
                throw WrongLength(path, length);
            }

            return new LogFile(path, OpenHandle(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(path, $"the log {path} cannot be opened: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Reads all of a file that another process may be writing. What is returned is durable, as if its writer had been told so; a slot that
    /// was being written is not whole.
    /// </summary>
    /// <exception cref="JournalException">It cannot be read, or has not the length that it was made with.</exception>
    public static byte[] ReadDurable(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[RandomAccess.GetLength(handle)];
            for (var read = 0; read < content.Length;)
            {
                read += RandomAccess.Read(handle, content.AsSpan(read), read) is > 0 and var some ? some : throw new EndOfStreamException();
            }

            // A signature that a crash of the machine could still undo must not be shown to anybody.
            if (OperatingSystem.IsLinux())
            {
                Sync(handle);
            }

            return content.Length == DefaultBytes ? content : throw WrongLength(path, content.Length);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(path, $"the log {path} cannot be read: {fault.Message}", fault);
        }
    }

    public void Read(Span<byte> content)
    {
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.ReadExactly(content);
    }

    public void Write(int offset, ReadOnlySpan<byte> content) => RandomAccess.Write(_handle, content, offset);

    public void Sync()
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(_handle);
            return;
        }

        Sync(_handle);
    }

    public void Dispose() => _handle.Dispose();

    private static JournalException WrongLength(string path, long length) =>
        new(path, $"the log {path} has {length} bytes instead of {DefaultBytes}: it is damaged");

    // Not fsync(2), as the framework's own call: the time of the last change would go through the file system's journal each
    // time, which takes ten times as long.
    private static void Sync(SafeFileHandle handle)
    {
        while (fdatasync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException(new Win32Exception(error).Message);
            }
        }
    }

    private static SafeFileHandle OpenHandle(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            var handle = open(path, ReadWrite | CloseOnExec | Direct);
            if (!handle.IsInvalid)
            {
                return handle;
            }

            handle.Dispose();
            var error = Marshal.GetLastPInvokeError();
            if (error != InvalidArgument)
            {
                throw new IOException(new Win32Exception(error).Message);
            }
        }

        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    // Written in full, since blocks that are only set aside become data with their first write, through the file system's journal;
    // and beside its place, so that a file with the name is always whole.
    private static void Create(string path)
    {
        var unfinished = path + ".new";
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            stream.Write(new byte[DefaultBytes]);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    // The framework opens no directories.
    private static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var directory = open(path, CloseOnExec);
        if (directory.IsInvalid || fsync(directory) != 0)
        {
            throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fdatasync(SafeFileHandle descriptor);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fsync(SafeFileHandle descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle open(string path, int flags);
}
