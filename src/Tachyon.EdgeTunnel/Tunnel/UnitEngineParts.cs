using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What a node's unit engines are made of.</summary>
internal sealed record UnitEngineParts
{
    /// <summary>The node's key.</summary>
    public required INodeSigner Signer { get; init; }

    /// <summary>Judges the peers' signatures.</summary>
    public required SignatureVerifier Verifier { get; init; }

    /// <summary>The chain and contract that all channels of this node live on.</summary>
    public required Eip712Domain Domain { get; init; }

    /// <summary>Where decisions become durable.</summary>
    public required IUnitJournal Journal { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where log messages go.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>How much this node serves as a provider.</summary>
    public ServeLimits Limits { get; init; } = new();

    /// <summary>The route step of a lock that this node is the consumer of, in bytes.</summary>
    public Func<ChannelId, ulong> RouteStepOf { get; init; } = static _ => 0;

    /// <summary>Is told about evidence and closures; may be null.</summary>
    public ITunnelObserver? Observer { get; init; }
}
