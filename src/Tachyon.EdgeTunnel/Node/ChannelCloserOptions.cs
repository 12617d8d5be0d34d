namespace Tachyon.EdgeTunnel.Node;

/// <summary>How patient a close is.</summary>
internal sealed record ChannelCloserOptions
{
    /// <summary>How long the gateway is asked before this node sends the close itself and pays the gas. Default 15 s.</summary>
    public TimeSpan GatewayPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a side that did not ask for the close, or whose gateway took it on, waits before it sends the close itself
    /// all the same. Default 3 min.
    /// </summary>
    public TimeSpan SettlementPatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often the chain and the gateway are asked meanwhile. Default 1 s.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after a closure ran out a block with it may still become final, in seconds. Default 20 min.</summary>
    public ulong FinalityAllowanceSeconds { get; init; } = 1_200;
}
