using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>There is no route, for a reason that the node's owner can do something about, or that passes.</summary>
/// <param name="message">A sentence: why, and what to do next.</param>
/// <param name="isForLater">Whether the same may be granted a little later.</param>
internal sealed class RouteRefusedException(string message, bool isForLater) : Exception(message)
{
    public bool IsForLater { get; } = isForLater;

    /// <summary>The proxy's reason; none where it is this node's own.</summary>
    public RefusalReason Reason { get; init; }

    /// <summary>The active lock that the route would have been paid by; null where there is none yet.</summary>
    public ChannelId? LockId { get; set; }
}
