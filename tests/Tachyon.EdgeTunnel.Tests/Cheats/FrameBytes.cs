using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>Frames made by hand, with the room around them that a transport needs.</summary>
internal static class FrameBytes
{
    public static OutgoingFrames Of(FrameKind kind, uint streamId, byte[] payload)
    {
        var frame = RawPeer.Frame(kind, streamId, payload);
        var buffer = new byte[frame.Length + RecordLayout.OverheadBytes];
        frame.CopyTo(buffer, RecordLayout.HeaderBytes);
        return new OutgoingFrames(buffer, RecordLayout.HeaderBytes, frame.Length);
    }
}
