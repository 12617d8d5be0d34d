using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>epoll(7) and eventfd(2): waits for many descriptors on one thread, and for being woken. Linux only.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    public const uint In = 0x001;
    public const uint Out = 0x004;
    private const uint OneShot = 1u << 30;
    private const int MaxEvents = 128;
    private const int Add = 1;
    private const int Remove = 2;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Interrupted = 4;
    private const int WakeId = 0;

    // struct epoll_event is packed on x64 and nowhere else.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventBytes - sizeof(ulong);

    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * EventBytes, pinned: true);
    private readonly int _epoll;
    private readonly int _wake;
    private readonly Lock _lock = new();
    private bool _disposed;

    public Epoll()
    {
        _epoll = Check(epoll_create1(CloseOnExec));
        _wake = eventfd(0, CloseOnExec | NonBlocking);
        if (_wake < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            _ = close(_epoll);
            throw new IOException(new Win32Exception(error).Message);
        }

        Control(Add, _wake, In, WakeId);
    }

    /// <summary>Starts to know a descriptor, without waiting for anything yet.</summary>
    /// <param name="descriptor">The descriptor; it stays open until <see cref="Forget"/>.</param>
    /// <param name="id">What <see cref="Wait"/> calls it; not zero.</param>
    public void Register(int descriptor, int id) => Control(Add, descriptor, OneShot, id);

    /// <summary>Waits for the next of these events of a descriptor, once.</summary>
    public void Arm(int descriptor, int id, uint events) => Control(Modify, descriptor, events | OneShot, id);

    public void Forget(int descriptor) => Control(Remove, descriptor, 0, 0);

    /// <summary>Ends a wait that is under way, or the next one.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                ulong one = 1;
                _ = write(_wake, &one, sizeof(ulong));
            }
        }
    }

    /// <summary>Waits until something is ready.</summary>
    /// <param name="timeoutMs">The most to wait, in milliseconds; −1 without end.</param>
    /// <param name="ready">Is told the id of each descriptor that is ready, and its events.</param>
    /// <returns>False where the time has passed and nothing happened.</returns>
    public bool Wait(int timeoutMs, Action<int, uint> ready)
    {
        int count;
        fixed (byte* events = _events)
        {
            count = epoll_wait(_epoll, events, MaxEvents, timeoutMs);
        }

        if (count < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException(new Win32Exception(error).Message);
            }
        }

        for (var i = 0; i < count; i++)
        {
            var entry = _events.AsSpan(i * EventBytes, EventBytes);
            var id = (int)MemoryMarshal.Read<ulong>(entry[DataOffset..]);
            if (id == WakeId)
            {
                ulong drained;
                _ = read(_wake, &drained, sizeof(ulong));
            }
            else
            {
                ready(id, MemoryMarshal.Read<uint>(entry));
            }
        }

        return count != 0;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = close(_wake);
                _ = close(_epoll);
            }
        }
    }

    private void Control(int operation, int descriptor, uint events, int id)
    {
        var entry = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(entry, 16), 0);
        *(uint*)entry = events;
        MemoryMarshal.Write(new Span<byte>(entry + DataOffset, sizeof(ulong)), (ulong)id);
        lock (_lock)
        {
            if (!_disposed)
            {
                Check(epoll_ctl(_epoll, operation, descriptor, entry));
            }
        }
    }

    // As every failed connection shows itself: too many descriptors are no reason to stop.
    private static int Check(int result) => result >= 0 ? result : throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_wait(int epoll, byte* events, int maxEvents, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint read(int descriptor, void* buffer, nint bytes);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint write(int descriptor, void* buffer, nint bytes);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int descriptor);
}
