using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>How a session ended.</summary>
/// <param name="Reason">The reason that was given, or null when the connection broke without one.</param>
/// <param name="ByPeer">Whether the peer ended it.</param>
/// <param name="Detail">One line for people: what was expected and what came.</param>
internal sealed record SessionEnd(GoodbyeReason? Reason, bool ByPeer, string Detail)
{
    /// <summary>Whether both sides had stopped and settled what was left: nothing was in flight.</summary>
    public bool Settled { get; init; }
}
