namespace Tachyon.Chain.Simulation;

/// <summary>A channel in the simulated contract; counts in bytes.</summary>
internal sealed record SimulatedChannel(
    ChannelStatus Status, ulong Capacity, ulong Paid, ulong Consumer, ulong Provider, ulong Deadline)
{
    public static SimulatedChannel None { get; } = new(ChannelStatus.None, 0, 0, 0, 0, 0);

    public ChannelView ToView() => new(Status, Capacity, Paid, Consumer, Provider, Deadline);
}

/// <summary>A provider in the simulated contract.</summary>
internal sealed record SimulatedProvider(int ActiveDirect, int ActiveLocks, ProxyStanding Standing, ulong LeavesAt)
{
    public static SimulatedProvider None { get; } = new(0, 0, ProxyStanding.None, 0);

    public ProxyView ToProxyView() => new(Standing, LeavesAt, (ulong)ActiveLocks);
}
