using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Meters without units: counts, up to a limit that a test may raise.</summary>
internal sealed class CountingEngine : IUnitEngine
{
    private readonly Lock _lock = new();
    private long _limitBytes = long.MaxValue;

    public IUnitEngineHost? Host { get; private set; }

    public long Bytes { get; private set; }

    public List<ulong> UnitIndices { get; } = [];

    public bool Quiesced { get; private set; }

    /// <summary>Pauses once this many bytes are counted; raising it resumes.</summary>
    public long LimitBytes
    {
        get => _limitBytes;
        set
        {
            lock (_lock)
            {
                _limitBytes = value;
            }

            Host?.Resume();
        }
    }

    public void Start(IUnitEngineHost host) => Host = host;

    public int AdmitSend(int wantedBytes)
    {
        lock (_lock)
        {
            var admitted = (int)Math.Min(wantedBytes, _limitBytes - Bytes);
            Bytes += admitted;
            return admitted;
        }
    }

    public bool TryAdmitWhole(int bytes) => TryCountReceived(bytes);

    public bool TryCountReceived(int bytes)
    {
        lock (_lock)
        {
            if (Bytes + bytes > _limitBytes)
            {
                return false;
            }

            Bytes += bytes;
            return true;
        }
    }

    public bool TryWriteDueUnit(Span<byte> section)
    {
        UnitSection.Write(section, 1, 2, 3, new byte[32], new byte[65]);
        return true;
    }

    public void OnUnit(UnitSection section) => UnitIndices.Add(section.Index);

    public bool TryHandle(FrameKind kind, ReadOnlySpan<byte> payload) => true;

    public void Ending()
    {
    }

    public void Quiesce(bool toClose)
    {
        Quiesced = true;
        Host!.Settled();
    }

    public void Tick(TimeSpan roundTripTime)
    {
    }

    public void Stop()
    {
    }
}
