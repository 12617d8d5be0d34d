namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A snapshot of one channel at one node, for the live view.</summary>
/// <param name="OwnBytes">Bytes of the channel that this node has counted, over all sessions.</param>
/// <param name="AgreedBytes">Bytes that both sides have signed.</param>
/// <param name="OwnUnitBytes">Bytes stated by this node's newest unit.</param>
/// <param name="PeerUnitBytes">Bytes stated by the other side's newest unit.</param>
/// <param name="UnitsSigned">Units that this node has signed in this process.</param>
/// <param name="UnitsVerified">Units of the other side whose signature this node has verified in this process.</param>
/// <param name="Checkpoints">Whole checkpoints within the agreed bytes.</param>
/// <param name="IsPaused">Whether forwarding waits for units at this moment.</param>
internal sealed record ChannelStats(
    ulong OwnBytes,
    ulong AgreedBytes,
    ulong OwnUnitBytes,
    ulong PeerUnitBytes,
    long UnitsSigned,
    long UnitsVerified,
    ulong Checkpoints,
    bool IsPaused);
