namespace Tachyon.EdgeTunnel.Node;

/// <summary>How closes by one side are watched.</summary>
internal sealed record CloseWatchOptions
{
    /// <summary>How often what could not be done is tried again, and what was sent is looked for. Default 2 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the newest block is asked for while a challenge period runs. Default 15 s, about a block.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a gateway that took on the close may take to have it on chain before it is asked again. Default 3 min.</summary>
    public TimeSpan RelayPatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the gateway may take to store the newest units before it is asked to start the close with them. Default 5 s.</summary>
    public TimeSpan UnitsPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the deadline settling is left to a silo that is connected. Default 2 min.</summary>
    public TimeSpan SettleGrace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For how long a permission to relay the close is signed. Default an hour: the contract allows a day.</summary>
    public TimeSpan PermissionValidity { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For a development chain, whose challenge period may be seconds.</summary>
    public static CloseWatchOptions Development { get; } = new()
    {
        RetryInterval = TimeSpan.FromMilliseconds(500),
        WatchInterval = TimeSpan.FromMilliseconds(500),
        SettleGrace = TimeSpan.FromSeconds(3),
    };
}
