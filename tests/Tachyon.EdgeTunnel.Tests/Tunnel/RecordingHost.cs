using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A session for an engine under test: remembers what the engine asked of it. The engine also calls it when something has become durable, on any thread.</summary>
internal sealed class RecordingHost : IUnitEngineHost
{
    private readonly Lock _lock = new();
    private readonly List<(FrameKind Kind, byte[] Payload)> _posted = [];
    private int _unitsDue;
    private int _resumes;

    public int UnitsDue => Volatile.Read(ref _unitsDue);

    public int Resumes
    {
        get => Volatile.Read(ref _resumes);
        set => Volatile.Write(ref _resumes, value);
    }

    public bool IsSettled { get; private set; }

    /// <summary>What it was given to send until now.</summary>
    public List<(FrameKind Kind, byte[] Payload)> Posted
    {
        get
        {
            lock (_lock)
            {
                return [.. _posted];
            }
        }
    }

    public (GoodbyeReason Reason, string Detail)? Ended { get; private set; }

    public (GoodbyeReason Reason, string Detail)? Failed { get; private set; }

    public void UnitIsDue() => Interlocked.Increment(ref _unitsDue);

    public void Resume() => Interlocked.Increment(ref _resumes);

    public void Post(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var copy = payload.ToArray();
        lock (_lock)
        {
            _posted.Add((kind, copy));
        }
    }

    public void Settled() => IsSettled = true;

    public void End(GoodbyeReason reason, string detail) => Ended = (reason, detail);

    public void Fail(GoodbyeReason reason, string detail) => Failed = (reason, detail);
}
