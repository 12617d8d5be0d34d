namespace Tachyon.Chain;

/// <summary>Something the payment channels recorded on chain.</summary>
/// <param name="At">where</param>
public abstract record ChainEvent(LogPosition At);

/// <summary>Something that happened to one channel.</summary>
/// <param name="At">where</param>
/// <param name="Channel">to which channel</param>
public abstract record ChannelEvent(LogPosition At, ChannelId Channel) : ChainEvent(At);

/// <summary>The deposit for <paramref name="Terms"/> is in escrow.</summary>
/// <param name="At">where</param>
/// <param name="Channel">the id of the terms</param>
/// <param name="Terms">the full terms, with the opening capacity</param>
/// <param name="ConfirmBeforeSeconds">Unix seconds before which the provider may confirm</param>
public sealed record ChannelOpened(LogPosition At, ChannelId Channel, Terms Terms, ulong ConfirmBeforeSeconds)
    : ChannelEvent(At, Channel);

/// <summary>The provider accepted; the channel is active.</summary>
public sealed record ChannelConfirmed(LogPosition At, ChannelId Channel) : ChannelEvent(At, Channel);

/// <summary>The provider declined; the deposit went back.</summary>
public sealed record ChannelDeclined(LogPosition At, ChannelId Channel, TokenAmount Refunded) : ChannelEvent(At, Channel);

/// <summary>Not confirmed in time; the deposit went back.</summary>
public sealed record ChannelExpired(LogPosition At, ChannelId Channel, TokenAmount Refunded) : ChannelEvent(At, Channel);

/// <summary>The capacity is now <paramref name="CapacityBytes"/>, for <paramref name="Deposited"/> more.</summary>
public sealed record ChannelToppedUp(LogPosition At, ChannelId Channel, ulong CapacityBytes, TokenAmount Deposited)
    : ChannelEvent(At, Channel);

/// <summary>The provider was paid <paramref name="Amount"/> for the bytes up to <paramref name="BytesPaid"/>.</summary>
public sealed record ChannelClaimed(LogPosition At, ChannelId Channel, ulong BytesPaid, TokenAmount Amount)
    : ChannelEvent(At, Channel);

/// <summary>The challenge period runs until <paramref name="DeadlineSeconds"/> (Unix), with these counts so far.</summary>
public sealed record ChannelClosing(
    LogPosition At, ChannelId Channel, ulong ConsumerBytes, ulong ProviderBytes, ulong DeadlineSeconds)
    : ChannelEvent(At, Channel);

/// <summary>A higher unit was shown; these are the counts now.</summary>
public sealed record ChannelChallenged(LogPosition At, ChannelId Channel, ulong ConsumerBytes, ulong ProviderBytes)
    : ChannelEvent(At, Channel);

/// <summary>Settled by the units shown. Paid is over the channel's whole life; deposit = paid + burned + refunded.</summary>
public sealed record ChannelSettled(
    LogPosition At,
    ChannelId Channel,
    ulong ConsumerBytes,
    ulong ProviderBytes,
    TokenAmount Paid,
    TokenAmount Burned,
    TokenAmount Refunded) : ChannelEvent(At, Channel);

/// <summary>
/// Closed by both signatures at <paramref name="BytesUsed"/>: the provider got its price, claims included, and the
/// consumer the rest of the deposit.
/// </summary>
public sealed record ChannelClosed(LogPosition At, ChannelId Channel, ulong BytesUsed) : ChannelEvent(At, Channel);

/// <summary>An item of a batch was left out, for <paramref name="Reason"/>.</summary>
public sealed record BatchItemSkipped(LogPosition At, ChannelId Channel, int Position, ContractRefusal Reason)
    : ChannelEvent(At, Channel);

/// <summary>The account posted its bond and is a proxy now.</summary>
public sealed record ProxyRegistered(LogPosition At, Address Proxy, TokenAmount Bond) : ChainEvent(At);

/// <summary>The proxy takes no more locks; its bond is free from <paramref name="LeavesAtSeconds"/> (Unix) on.</summary>
public sealed record ProxyLeaving(LogPosition At, Address Proxy, ulong LeavesAtSeconds) : ChainEvent(At);

/// <summary>The proxy left and has its bond back.</summary>
public sealed record ProxyLeft(LogPosition At, Address Proxy, TokenAmount Bond) : ChainEvent(At);
