using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What a node's tunnels are made of.</summary>
internal sealed record TunnelContext
{
    /// <summary>The node's key.</summary>
    public required INodeSigner Signer { get; init; }

    /// <summary>Judges the peers' signatures.</summary>
    public required SignatureVerifier Verifier { get; init; }

    /// <summary>The chain and contract that all channels of this node live on.</summary>
    public required Eip712Domain Domain { get; init; }

    /// <summary>The unit engines of this node's channels.</summary>
    public required IUnitEngines Engines { get; init; }

    /// <summary>Buffers, options and clock.</summary>
    public required SessionServices Services { get; init; }

    /// <summary>Where log messages go.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>Is told about sessions; may be null.</summary>
    public ITunnelObserver? Observer { get; init; }

    /// <summary>Carries whole packets for consumers that ask for it; null for a node that does not.</summary>
    public IPacketService? Packets { get; init; }

    /// <summary>The routes that this node serves as an exit; null for a node that serves none.</summary>
    public IRouteService? Routes { get; init; }

    /// <summary>A handshake with this node's key and limits.</summary>
    public SessionHandshake Handshake() =>
        new(Signer, Verifier, Domain, Services.Options.HandshakeTimeout, Services.Time) { Ciphers = Services.Options.RecordCiphers, Routes = Routes };
}
