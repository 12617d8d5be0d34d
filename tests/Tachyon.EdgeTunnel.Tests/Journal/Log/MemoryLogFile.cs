using Tachyon.EdgeTunnel.Journal.Log;

namespace Tachyon.EdgeTunnel.Tests.Journal.Log;

/// <summary>A log's file on a disk that can lose its power: what was not synced is there in part, sector by sector.</summary>
internal sealed class MemoryLogFile : ILogFile
{
    private const int SectorBytes = 512;

    private readonly byte[] _disk;
    private readonly List<(int Offset, byte[] Content)> _unsynced = [];

    public MemoryLogFile(int slots) => _disk = new byte[slots * LogSlot.Bytes];

    private MemoryLogFile(byte[] disk) => _disk = disk;

    public int LengthBytes => _disk.Length;

    /// <summary>When set, a sync fails as on a disk that is full or broken.</summary>
    public bool Fails { get; set; }

    /// <summary>When set, the power fails in the next sync.</summary>
    public bool LosesPower { get; set; }

    public int Syncs { get; private set; }

    /// <summary>What happens while a sync is under way, on the thread that waits for it.</summary>
    public Action? Syncing { get; set; }

    /// <summary>What is on the disk.</summary>
    public Span<byte> Disk => _disk;

    public void Read(Span<byte> content) => _disk.CopyTo(content);

    public void Write(int offset, ReadOnlySpan<byte> content)
    {
        Assert.Equal(0, offset % LogSlot.Bytes);
        Assert.Equal(0, content.Length % LogSlot.Bytes);
        _unsynced.Add((offset, content.ToArray()));
    }

    public void Sync()
    {
        Syncing?.Invoke();
        if (Fails || LosesPower)
        {
            throw new IOException("No space left on device");
        }

        Syncs++;
        foreach (var (offset, content) in _unsynced)
        {
            content.CopyTo(_disk, offset);
        }

        _unsynced.Clear();
    }

    /// <summary>The disk after a loss of power: of what was not synced, any sector may be there.</summary>
    public MemoryLogFile AfterPowerLoss(Random random)
    {
        var disk = (byte[])_disk.Clone();
        foreach (var (offset, content) in _unsynced)
        {
            for (var sector = 0; sector < content.Length; sector += SectorBytes)
            {
                if (random.Next(4) != 0)
                {
                    content.AsSpan(sector, SectorBytes).CopyTo(disk.AsSpan(offset + sector));
                }
            }
        }

        return new MemoryLogFile(disk);
    }

    /// <summary>The same disk, in the next process.</summary>
    public MemoryLogFile Reopened() => new((byte[])_disk.Clone());

    public void Dispose()
    {
    }
}
