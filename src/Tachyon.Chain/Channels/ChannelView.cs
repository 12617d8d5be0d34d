namespace Tachyon.Chain;

/// <summary>A channel as the contract holds it, at one block.</summary>
/// <param name="Status">where it stands</param>
/// <param name="CapacityBytes">bytes the deposit covers; top-ups raise it</param>
/// <param name="PaidBytes">bytes that claims have paid for</param>
/// <param name="ConsumerBytes">greatest count shown in a unit of the consumer (uA)</param>
/// <param name="ProviderBytes">greatest count shown in a unit of the provider (uB)</param>
/// <param name="DeadlineSeconds">
/// Unix seconds. Opened: confirming ends here. Closing: settling starts here. Otherwise of no meaning.
/// </param>
public sealed record ChannelView(
    ChannelStatus Status,
    ulong CapacityBytes,
    ulong PaidBytes,
    ulong ConsumerBytes,
    ulong ProviderBytes,
    ulong DeadlineSeconds)
{
    /// <summary>A channel that never was.</summary>
    public static ChannelView None { get; } = new(ChannelStatus.None, 0, 0, 0, 0, 0);

    /// <summary>Unix seconds at which an opened channel was opened.</summary>
    public ulong OpenedAtSeconds(ChainRules rules)
        => Status == ChannelStatus.Opened
            ? DeadlineSeconds - (ulong)rules.ConfirmTimeout.TotalSeconds
            : throw new InvalidOperationException($"Only an opened channel shows when it was opened, this one is {Status}.");
}
