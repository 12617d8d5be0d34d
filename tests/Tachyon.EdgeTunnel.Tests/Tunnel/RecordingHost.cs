using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A session for an engine under test: remembers what the engine asked of it.</summary>
internal sealed class RecordingHost : IUnitEngineHost
{
    public int UnitsDue { get; private set; }

    public int Resumes { get; set; }

    public bool IsSettled { get; private set; }

    public List<(FrameKind Kind, byte[] Payload)> Posted { get; } = [];

    public (GoodbyeReason Reason, string Detail)? Ended { get; private set; }

    public (GoodbyeReason Reason, string Detail)? Failed { get; private set; }

    public void UnitIsDue() => UnitsDue++;

    public void Resume() => Resumes++;

    public void Post(FrameKind kind, ReadOnlySpan<byte> payload) => Posted.Add((kind, payload.ToArray()));

    public void Settled() => IsSettled = true;

    public void End(GoodbyeReason reason, string detail) => Ended = (reason, detail);

    public void Fail(GoodbyeReason reason, string detail) => Failed = (reason, detail);
}
