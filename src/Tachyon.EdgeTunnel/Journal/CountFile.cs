using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// The marks of all channels with a session, in a file that is mapped into memory: what is stored there is the kernel's and
/// outlives a killed process without a system call for each payload.
/// </summary>
/// <remarks>
/// <code>
///   0   magic, 8 bytes        64 × n   channel id, 32 bytes; zero when free
///                                      count, u64 in the machine's order: stored whole, so never half of it
///                                      the start of the machine in which it was taken, u64
/// </code>
/// Synced when a mark is taken or released and not in between: a machine that loses its power may lose the count, but not
/// that there was one. Thread-safe.
/// </remarks>
internal sealed unsafe class CountFile : IDisposable
{
    private const ulong Magic = 0x0002_544e_5543_4854;
    private const int SlotBytes = 64;
    private const int Slots = 1_024;
    private const int FileBytes = Slots * SlotBytes;
    private const int CountOffset = 32;
    private const int StartOffset = 40;
    private const string StartId = "/proc/sys/kernel/random/boot_id";

    private readonly Lock _lock = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly ulong _start;

    private CountFile(MemoryMappedFile file, ulong start)
    {
        _file = file;
        _start = start;
        _view = file.CreateViewAccessor(0, FileBytes);
    }

    /// <summary>Opens the file, anew where it is none: all that is lost then are counts since the newest records.</summary>
    /// <exception cref="JournalException">It cannot be opened.</exception>
    public static CountFile Open(string path) => Open(path, Start());

    /// <summary>As <see cref="Open(string)"/>, in the start of the machine with this number.</summary>
    internal static CountFile Open(string path, ulong start)
    {
        try
        {
            if (!IsWhole(path))
            {
                Create(path);
            }

            return new CountFile(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, FileBytes), start);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(path, $"the counts {path} cannot be opened: {fault.Message}", fault);
        }
    }

    /// <summary>The channel's mark, with the count that an earlier process left there, or zero. Null when all are in use.</summary>
    public ICountMark? Take(ChannelId channelId)
    {
        Span<byte> id = stackalloc byte[ChannelId.Length];
        channelId.CopyTo(id);
        lock (_lock)
        {
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            byte* free = null;
            for (var slot = start + SlotBytes; slot < start + FileBytes; slot += SlotBytes)
            {
                var owner = new ReadOnlySpan<byte>(slot, ChannelId.Length);
                if (owner.SequenceEqual(id))
                {
                    var isOutdated = StartOf(slot) != _start;
                    StartOf(slot) = _start;
                    return new Mark(this, slot, isOutdated);
                }

                if (free is null && !owner.ContainsAnyExcept((byte)0))
                {
                    free = slot;
                }
            }

            if (free is null)
            {
                _view.SafeMemoryMappedViewHandle.ReleasePointer();
                return null;
            }

            // The count first: a process killed in between must not leave another channel's with this id.
            var mark = new Mark(this, free, isOutdated: false) { CountBytes = 0 };
            StartOf(free) = _start;
            id.CopyTo(new Span<byte>(free, ChannelId.Length));
            _view.Flush();
            return mark;
        }
    }

    /// <summary>The count that an earlier process left in the channel's mark, or that this one has there; zero where there is none. Takes nothing.</summary>
    public ulong CountOf(ChannelId channelId)
    {
        Span<byte> id = stackalloc byte[ChannelId.Length];
        channelId.CopyTo(id);
        lock (_lock)
        {
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                for (var slot = start + SlotBytes; slot < start + FileBytes; slot += SlotBytes)
                {
                    if (new ReadOnlySpan<byte>(slot, ChannelId.Length).SequenceEqual(id))
                    {
                        return Volatile.Read(ref Unsafe.AsRef<ulong>(slot + CountOffset));
                    }
                }

                return 0;
            }
            finally
            {
                _view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }
    }

    /// <summary>Closes the file. It stays mapped for marks that are in use still.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static bool IsWhole(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != FileBytes)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[sizeof(ulong)];
        using var stream = file.OpenRead();
        stream.ReadExactly(head);
        return BinaryPrimitives.ReadUInt64LittleEndian(head) == Magic;
    }

    private static void Create(string path)
    {
        // Written in full: storing to a mapped page that the disk has no room for would kill the process.
        var bytes = new byte[FileBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private void Free(byte* slot)
    {
        lock (_lock)
        {
            new Span<byte>(slot, ChannelId.Length).Clear();
            _view.Flush();
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static ref ulong StartOf(byte* slot) => ref Unsafe.AsRef<ulong>(slot + StartOffset);

    // Zero where the system does not tell: what a killed process left is taken then, also after a loss of power.
    private static ulong Start() =>
        File.Exists(StartId) && Guid.TryParse(File.ReadAllText(StartId), out var id) ? BinaryPrimitives.ReadUInt64LittleEndian(id.ToByteArray()) : 0;

    private sealed class Mark(CountFile file, byte* slot, bool isOutdated) : ICountMark
    {
        private byte* _slot = slot;

        public bool IsOutdated => isOutdated;

        public ulong CountBytes
        {
            get => Volatile.Read(ref Count);
            set => Volatile.Write(ref Count, value);
        }

        private ref ulong Count
        {
            get
            {
                ObjectDisposedException.ThrowIf(_slot is null, this);
                return ref Unsafe.AsRef<ulong>(_slot + CountOffset);
            }
        }

        public void Release()
        {
            if (_slot is not null)
            {
                file.Free(_slot);
                _slot = null;
            }
        }
    }
}
