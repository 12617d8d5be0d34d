namespace Tachyon.EdgeTunnel.Control;

/// <summary>One channel: in GET /v1/status, GET /v1/channels and GET /v1/channels/{id}.</summary>
internal sealed record ChannelDocument
{
    public required string ChannelId { get; init; }

    /// <summary>What this node is in the channel: consumer or provider.</summary>
    public required string Role { get; init; }

    public required string Consumer { get; init; }

    public required string Provider { get; init; }

    /// <summary>direct; lock, which pays a proxy for a route; or pool, through which a proxy pays this exit.</summary>
    public string Kind { get; init; } = "direct";

    /// <summary>intended, opened, active, closing, settled, declined, expired or abandoned.</summary>
    public required string Phase { get; init; }

    public required ulong CapacityBytes { get; init; }

    public required string PricePerMB { get; init; }

    public required string PricePerMBIpx { get; init; }

    public required uint TolerancePpm { get; init; }

    /// <summary>The provider's endpoint, where this node is the consumer and knows it.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether a session runs on the channel now.</summary>
    public required bool Connected { get; init; }

    /// <summary>Streams open now.</summary>
    public required int Streams { get; init; }

    /// <summary>This node's own count over the channel's life.</summary>
    public required ulong OwnBytes { get; init; }

    /// <summary>bytesUsed of the other side's newest valid unit.</summary>
    public required ulong PeerBytes { get; init; }

    /// <summary>
    /// The lower of both sides' newest units, which may run ahead of use by a checkpoint; once settled, the bytes settled.
    /// </summary>
    public required ulong AgreedBytes { get; init; }

    public required ulong UnitsSigned { get; init; }

    public required ulong UnitsVerified { get; init; }

    /// <summary>Checkpoints of 5 MB passed by <see cref="AgreedBytes"/>.</summary>
    public required ulong Checkpoints { get; init; }

    /// <summary>The price of <see cref="AgreedBytes"/>; once settled, what was paid.</summary>
    public required string TokensAccrued { get; init; }

    public required string TokensAccruedIpx { get; init; }

    /// <summary>Counted bytes per second over about the last second, in MB.</summary>
    public required double MBPerSecond { get; init; }

    /// <summary>Bytes that claims have paid for.</summary>
    public ulong PaidBytes { get; init; }

    /// <summary>What claims have paid.</summary>
    public string PaidIpx { get; init; } = "0";

    /// <summary>What both have signed for and nothing has paid yet.</summary>
    public string UnclaimedIpx { get; init; } = "0";

    /// <summary>What was deposited, top-ups included.</summary>
    public string DepositIpx { get; init; } = "0";

    /// <summary>How far the newest units lie apart; null before the channel was used.</summary>
    public DifferenceDocument? Difference { get; init; }

    /// <summary>A top-up that was asked for; null when none was.</summary>
    public TopUpDocument? TopUp { get; init; }

    /// <summary>Until when the provider can confirm (opened), or from when on the channel can be settled (closing); else null.</summary>
    public long? DeadlineMs { get; init; }

    /// <summary>How far a close that someone asked for has come; null when nobody did.</summary>
    public CloseDocument? Close { get; init; }

    /// <summary>How the channel ended on chain; null before.</summary>
    public SettlementDocument? Settlement { get; init; }
}

/// <summary>How far both sides' newest units lie apart, and how far they may without a dispute.</summary>
internal sealed record DifferenceDocument
{
    public required ulong ConsumerUnitBytes { get; init; }

    public required ulong ProviderUnitBytes { get; init; }

    /// <summary>By how much the provider's may exceed the consumer's, by the tolerance.</summary>
    public required ulong AllowedBytes { get; init; }

    /// <summary>Whether a settlement on these units would burn tokens.</summary>
    public required bool IsDispute { get; init; }
}

/// <summary>The progress of a top-up.</summary>
internal sealed record TopUpDocument
{
    /// <summary>sending, waiting, done or failed.</summary>
    public required string State { get; init; }

    /// <summary>The capacity wanted.</summary>
    public required ulong CapacityBytes { get; init; }

    public string? Detail { get; init; }
}

/// <summary>The progress of a close.</summary>
internal sealed record CloseDocument
{
    /// <summary>
    /// By both sides: signing, relaying, waiting. By one: starting, challenge, settling, waiting. In the end settled or failed.
    /// </summary>
    public required string State { get; init; }

    /// <summary>What holds it up; null when nothing does.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether one side closes, with a challenge period, instead of both.</summary>
    public bool Alone { get; init; }

    /// <summary>From when on it can be settled; null while that is not known, and where both sides close.</summary>
    public long? SettleFromMs { get; init; }

    /// <summary>What the provider gets over the channel's life unless somebody shows newer units.</summary>
    public string? ExpectedPaid { get; init; }

    public string? ExpectedPaidIpx { get; init; }

    /// <summary>What a dispute would burn.</summary>
    public string? ExpectedBurned { get; init; }

    public string? ExpectedBurnedIpx { get; init; }

    /// <summary>What would return to the consumer.</summary>
    public string? ExpectedRefund { get; init; }

    public string? ExpectedRefundIpx { get; init; }
}

/// <summary>What the chain paid out. Amounts in base units.</summary>
internal sealed record SettlementDocument
{
    public required ulong BytesUsed { get; init; }

    public required string Paid { get; init; }

    public required string PaidIpx { get; init; }

    public required string Burned { get; init; }

    public required string BurnedIpx { get; init; }

    public required string Refunded { get; init; }

    public required string RefundedIpx { get; init; }

    public required string TransactionHash { get; init; }

    public required ulong BlockNumber { get; init; }
}

/// <summary>GET /v1/channels.</summary>
internal sealed record ChannelListDocument
{
    public required IReadOnlyList<ChannelDocument> Channels { get; init; }
}

/// <summary>The body of every answer that is not 2xx.</summary>
internal sealed record ControlErrorDocument
{
    /// <summary>A fixed word: channelUnknown, badChannelId, badRoute, badCapacity, notClosable, notToppedUp.</summary>
    public required string Code { get; init; }

    public required string Message { get; init; }
}
