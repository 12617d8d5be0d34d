namespace Tachyon.Grains;

/// <summary>A proxy's channel to an exit, as it is held durably.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolView")]
public sealed record PoolView
{
    /// <summary>The exit.</summary>
    [Id(0)]
    public required Address Exit { get; init; }

    /// <summary>How far the channel has come.</summary>
    [Id(1)]
    public required PoolStage Stage { get; init; }

    /// <summary>The channel's terms; null where there was none yet.</summary>
    [Id(2)]
    public Terms? Terms { get; init; }

    /// <summary>The channel.</summary>
    [Id(3)]
    public ChannelId PoolId { get; init; }

    /// <summary>The capacity with all top-ups, in bytes.</summary>
    [Id(4)]
    public ulong CapacityBytes { get; init; }

    /// <summary>What locks promised to it, those that are over included.</summary>
    [Id(5)]
    public ulong PromisedBytes { get; init; }

    /// <summary>What the proxy's newest unit states; never more than <see cref="PromisedBytes"/>.</summary>
    [Id(6)]
    public ulong SignedBytes { get; init; }

    /// <summary>Routes under way.</summary>
    [Id(7)]
    public int Routes { get; init; }

    /// <summary>The capacity that a top-up under way leads to; 0 for none.</summary>
    [Id(8)]
    public ulong TopUpBytes { get; init; }

    /// <summary>Whether the exit is attached.</summary>
    [Id(9)]
    public bool IsAttached { get; init; }
}
