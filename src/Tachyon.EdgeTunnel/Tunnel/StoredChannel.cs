using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What the journal holds of a channel when its engine is made.</summary>
/// <param name="Own">The newest own unit.</param>
/// <param name="Peer">The newest unit of the other side.</param>
/// <param name="OwnClosure">The closure that this side signed last.</param>
/// <param name="PeerClosure">The other side's closure that stays valid longest.</param>
/// <param name="OwnCountBytes">Payload bytes counted.</param>
internal sealed record StoredChannel(
    SignedUnit? Own, SignedUnit? Peer, SignedClosure? OwnClosure, SignedClosure? PeerClosure, ulong OwnCountBytes);
