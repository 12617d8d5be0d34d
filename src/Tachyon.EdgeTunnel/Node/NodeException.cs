namespace Tachyon.EdgeTunnel.Node;

/// <summary>Why a node cannot do its work, sorted by what its owner does next.</summary>
public enum NodeFault
{
    /// <summary>No fault; never thrown.</summary>
    Invalid = 0,

    /// <summary>The gateway does not answer or refuses: check its URL, or wait.</summary>
    GatewayUnavailable = 1,

    /// <summary>No provider fits: raise the limits, or wait.</summary>
    NoProvider = 2,

    /// <summary>The gateway's match cannot be right: use another operator.</summary>
    WrongMatch = 3,

    /// <summary>The channel was not opened or not confirmed: the message says what of the deposit.</summary>
    OpenFailed = 4,

    /// <summary>The provider could not be reached, or is not the node that the channel names.</summary>
    PeerUnavailable = 5,

    /// <summary>An endpoint of this node cannot be listened on.</summary>
    EndpointUnavailable = 6,

    /// <summary>The chain does not answer.</summary>
    ChainUnavailable = 7,

    /// <summary>What may be spent is spent: wait for the next period, or raise the budget.</summary>
    BudgetSpent = 8,

    /// <summary>The proxy refuses the route, or cannot be used: the message says what to do.</summary>
    RouteRefused = 9,
}

/// <summary>A node cannot go on, for a reason that its owner can do something about.</summary>
public sealed class NodeException(NodeFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public NodeFault Fault { get; } = fault;
}
