namespace Tachyon.Chain.Simulation;

/// <summary>A channel in the simulated contract; counts in bytes.</summary>
internal sealed record SimulatedChannel(
    ChannelStatus Status, ulong Capacity, ulong Paid, ulong Consumer, ulong Provider, ulong Deadline)
{
    public static SimulatedChannel None { get; } = new(ChannelStatus.None, 0, 0, 0, 0, 0);

    public ChannelView ToView() => new(Status, Capacity, Paid, Consumer, Provider, Deadline);
}

/// <summary>A provider in the simulated contract.</summary>
internal sealed record SimulatedProvider(int ActiveDirect, int ActiveLocks, SimulatedProxyStatus Status, ulong LeavesAt)
{
    public static SimulatedProvider None { get; } = new(0, 0, SimulatedProxyStatus.None, 0);
}

/// <summary>A provider's standing as a proxy; the numbers are the contract's.</summary>
internal enum SimulatedProxyStatus : byte
{
    None = 0,
    Registered = 1,
    Leaving = 2,
}
