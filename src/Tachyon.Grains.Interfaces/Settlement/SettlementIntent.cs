namespace Tachyon.Grains;

/// <summary>
/// An operation on one channel for the outbox to carry out. Made by the factory methods, which fill exactly the
/// parts that the kind needs.
/// </summary>
[GenerateSerializer, Immutable, Alias("tachyon.SettlementIntent")]
public sealed record SettlementIntent
{
    /// <summary>Names the operation; at most 200 characters. Enqueuing twice has one effect.</summary>
    [Id(0)]
    public required string OperationId { get; init; }

    /// <summary>What it does.</summary>
    [Id(1)]
    public required IntentKind Kind { get; init; }

    /// <summary>The channel, told when the operation ends.</summary>
    [Id(2)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>The channel's terms, which travel in calldata.</summary>
    [Id(3)]
    public required Terms Terms { get; init; }

    /// <summary>The bytes of a closure; of a top-up, the new capacity.</summary>
    [Id(4)]
    public ulong BytesUsed { get; init; }

    /// <summary>Last second at which the contract takes it, Unix time; 0 when it does not expire.</summary>
    [Id(5)]
    public ulong ValidUntilSeconds { get; init; }

    /// <summary>The party's signature; of a closure, the consumer's.</summary>
    [Id(6)]
    public Signature? Signature { get; init; }

    /// <summary>The provider's signature on a closure.</summary>
    [Id(7)]
    public Signature? ProviderSignature { get; init; }

    /// <summary>The consumer's unit to show.</summary>
    [Id(8)]
    public SignedUnit? ConsumerUnit { get; init; }

    /// <summary>The provider's unit to show.</summary>
    [Id(9)]
    public SignedUnit? ProviderUnit { get; init; }

    /// <summary>Why the provider declines, for the consumer to read; the chain does not know it.</summary>
    [Id(10)]
    public RelayRefusal DeclineReason { get; init; }

    /// <summary>confirmFor.</summary>
    public static SettlementIntent Confirm(Terms terms, SignedPermission permission)
    {
        ArgumentNullException.ThrowIfNull(permission);
        return new()
        {
            // A confirm may be asked for again with a later validUntil after the first has expired, so that is part of the name.
            OperationId = $"confirm:{permission.ChannelId}:{permission.ValidUntilSeconds}",
            Kind = IntentKind.Confirm,
            ChannelId = permission.ChannelId,
            Terms = terms,
            ValidUntilSeconds = permission.ValidUntilSeconds,
            Signature = permission.Signature,
        };
    }

    /// <summary>declineFor.</summary>
    public static SettlementIntent Decline(Terms terms, SignedPermission permission, RelayRefusal reason = RelayRefusal.None)
    {
        ArgumentNullException.ThrowIfNull(permission);
        return new()
        {
            OperationId = $"decline:{permission.ChannelId}:{permission.ValidUntilSeconds}",
            Kind = IntentKind.Decline,
            ChannelId = permission.ChannelId,
            Terms = terms,
            ValidUntilSeconds = permission.ValidUntilSeconds,
            Signature = permission.Signature,
            DeclineReason = reason,
        };
    }

    /// <summary>cooperativeClose.</summary>
    public static SettlementIntent CooperativeClose(Terms terms, SignedClosure consumer, SignedClosure provider)
    {
        return new()
        {
            OperationId = $"close:{consumer.Closure.ChannelId}:{consumer.Closure.BytesUsed}:{consumer.Closure.ValidUntilSeconds}",
            Kind = IntentKind.CooperativeClose,
            ChannelId = consumer.Closure.ChannelId,
            Terms = terms,
            BytesUsed = consumer.Closure.BytesUsed,
            ValidUntilSeconds = consumer.Closure.ValidUntilSeconds,
            Signature = consumer.Signature,
            ProviderSignature = provider.Signature,
        };
    }

    /// <summary>startCloseFor.</summary>
    public static SettlementIntent StartClose(Terms terms, SignedPermission permission, SignedUnit? consumerUnit, SignedUnit? providerUnit)
    {
        ArgumentNullException.ThrowIfNull(permission);
        return new()
        {
            OperationId = $"start-close:{permission.ChannelId}:{permission.ValidUntilSeconds}",
            Kind = IntentKind.StartClose,
            ChannelId = permission.ChannelId,
            Terms = terms,
            ValidUntilSeconds = permission.ValidUntilSeconds,
            Signature = permission.Signature,
            ConsumerUnit = consumerUnit,
            ProviderUnit = providerUnit,
        };
    }

    /// <summary>challenge, with a unit of the consumer or of the provider.</summary>
    /// <exception cref="ArgumentException">Not exactly one unit.</exception>
    public static SettlementIntent Challenge(ChannelId channelId, Terms terms, SignedUnit? consumerUnit, SignedUnit? providerUnit)
    {
        if (consumerUnit is null == providerUnit is null)
        {
            throw new ArgumentException("a challenge shows one unit, of the consumer or of the provider");
        }

        ulong bytesUsed = (consumerUnit ?? providerUnit)!.Unit.BytesUsed;
        return new()
        {
            OperationId = $"challenge-{(consumerUnit is null ? "provider" : "consumer")}:{channelId}:{bytesUsed}",
            Kind = IntentKind.Challenge,
            ChannelId = channelId,
            Terms = terms,
            ConsumerUnit = consumerUnit,
            ProviderUnit = providerUnit,
        };
    }

    /// <summary>settle.</summary>
    public static SettlementIntent Settle(ChannelId channelId, Terms terms)
        => new() { OperationId = $"settle:{channelId}", Kind = IntentKind.Settle, ChannelId = channelId, Terms = terms };

    /// <summary>claim of what a consumer unit is worth.</summary>
    public static SettlementIntent Claim(Terms terms, SignedUnit consumerUnit)
        => new()
        {
            OperationId = $"claim:{consumerUnit.Unit.ChannelId}:{consumerUnit.Unit.BytesUsed}",
            Kind = IntentKind.Claim,
            ChannelId = consumerUnit.Unit.ChannelId,
            Terms = terms,
            ConsumerUnit = consumerUnit,
        };

    /// <summary>withdrawUnconfirmed.</summary>
    public static SettlementIntent WithdrawUnconfirmed(ChannelId channelId, Terms terms)
        => new() { OperationId = $"withdraw:{channelId}", Kind = IntentKind.WithdrawUnconfirmed, ChannelId = channelId, Terms = terms };

    /// <summary>open, or openAccepted where the provider accepted.</summary>
    /// <param name="channelId">The channel.</param>
    /// <param name="terms">Its terms; the operator's account is the consumer.</param>
    /// <param name="expirySeconds">The last second at which the acceptance holds; 0 without one.</param>
    /// <param name="acceptance">The provider's signature; null without one.</param>
    public static SettlementIntent Open(ChannelId channelId, Terms terms, ulong expirySeconds, Signature? acceptance)
        => new()
        {
            OperationId = acceptance is null ? $"open:{channelId}" : $"open:{channelId}:{expirySeconds}",
            Kind = IntentKind.Open,
            ChannelId = channelId,
            Terms = terms,
            ValidUntilSeconds = expirySeconds,
            Signature = acceptance,
        };

    /// <summary>topUp to a capacity.</summary>
    public static SettlementIntent TopUp(ChannelId channelId, Terms terms, ulong newCapacityBytes)
        => new()
        {
            OperationId = $"top-up:{channelId}:{newCapacityBytes}",
            Kind = IntentKind.TopUp,
            ChannelId = channelId,
            Terms = terms,
            BytesUsed = newCapacityBytes,
        };

    /// <summary>approve, of as much as the contract may ever need of the account.</summary>
    public static SettlementIntent Approve(ChannelId channelId, Terms terms, ulong forCapacityBytes)
        => new()
        {
            OperationId = $"approve:{channelId}:{forCapacityBytes}",
            Kind = IntentKind.Approve,
            ChannelId = channelId,
            Terms = terms,
        };
}
