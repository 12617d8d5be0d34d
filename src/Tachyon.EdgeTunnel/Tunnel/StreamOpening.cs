using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What became of a consumer's attempt to open a stream.</summary>
/// <param name="Outcome">The provider's answer.</param>
/// <param name="Stream">The stream, to be attached to its local end; null unless connected.</param>
internal readonly record struct StreamOpening(OpenOutcome Outcome, TunnelStream? Stream);
