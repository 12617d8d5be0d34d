using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>The newest unit of each side of a channel.</summary>
/// <param name="Own">The newest that this node signed; null before the first.</param>
/// <param name="Peer">The newest valid one that the other side signed; null before the first.</param>
internal sealed record ChannelEvidence(SignedUnit? Own, SignedUnit? Peer);
