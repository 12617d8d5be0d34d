namespace Tachyon.EdgeTunnel.Control;

// The documents of the control socket (docs/control-socket.md). Scripts and the demo read them: fields are only added.
// Byte counts are JSON numbers; amounts of tokens are decimal strings of base units, beside them the same in IPX.

/// <summary>GET /v1/status.</summary>
internal sealed record StatusDocument
{
    public int Version { get; init; } = 1;

    /// <summary>consumer or provider.</summary>
    public required string Role { get; init; }

    public required string Address { get; init; }

    /// <summary>starting, matching, opening, connecting, idle, serving, draining or stopped.</summary>
    public required string State { get; init; }

    /// <summary>Why the node is in this state, where that helps; e.g. the last failure before a retry.</summary>
    public string? Detail { get; init; }

    public required long StartedAtMs { get; init; }

    public required long NowMs { get; init; }

    public required PeerServiceDocument Gateway { get; init; }

    public required ChainDocument Chain { get; init; }

    /// <summary>Where the SOCKS5 proxy listens; null at a provider, and until it does.</summary>
    public string? Socks { get; init; }

    /// <summary>Where consumers connect to; null at a consumer, and until it listens.</summary>
    public string? Listen { get; init; }

    /// <summary>The provider's offer; null at a consumer.</summary>
    public OfferDocument? Offer { get; init; }

    /// <summary>The route that a consumer goes by; null where it has none.</summary>
    public RouteDocument? Route { get; init; }

    /// <summary>A consumer's budgets; empty where it has none.</summary>
    public IReadOnlyList<BudgetDocument> Budgets { get; init; } = [];

    /// <summary>What others state, and what this node does.</summary>
    public ReputationDocument? Reputation { get; init; }

    public required TotalsDocument Totals { get; init; }

    public required IReadOnlyList<ChannelDocument> Channels { get; init; }
}

/// <summary>Statements that this node knows and makes.</summary>
internal sealed record ReputationDocument
{
    /// <summary>ignore, or evidence, weigh and trust, separated by commas.</summary>
    public required string Policy { get; init; }

    /// <summary>Newest statements of all issuers about all subjects, revocations included.</summary>
    public required int Known { get; init; }

    /// <summary>Those that stand.</summary>
    public required int Standing { get; init; }

    /// <summary>This node's own that the gateway has and that stand.</summary>
    public required int Published { get; init; }

    /// <summary>Own statements and revocations that the gateway has not got yet.</summary>
    public required int Waiting { get; init; }
}

/// <summary>A route: through a relay to an exit, paid through a proxy.</summary>
internal sealed record RouteDocument
{
    public required string Proxy { get; init; }

    /// <summary>The provider that relays; null before there is a session with one.</summary>
    public string? Relay { get; init; }

    /// <summary>The direct channel that pays the relay.</summary>
    public string? RelayChannelId { get; init; }

    /// <summary>The exit; null before one is known.</summary>
    public string? Exit { get; init; }

    public string? ExitEndpoint { get; init; }

    /// <summary>The lock that pays the proxy, and through it the exit; null before there is one.</summary>
    public string? LockId { get; init; }

    /// <summary>Whether there is a session with the exit.</summary>
    public required bool Connected { get; init; }
}

/// <summary>A budget and what of it is spent.</summary>
internal sealed record BudgetDocument
{
    /// <summary>session, day or month.</summary>
    public required string Period { get; init; }

    /// <summary>The most bytes to sign for; null where the budget is in tokens.</summary>
    public ulong? LimitBytes { get; init; }

    /// <summary>The most tokens; null where it is in bytes.</summary>
    public string? LimitIpx { get; init; }

    /// <summary>Signed for within the period.</summary>
    public required ulong SpentBytes { get; init; }

    public required string SpentIpx { get; init; }

    /// <summary>When the next period begins; null for a session.</summary>
    public long? EndsAtMs { get; init; }
}

/// <summary>A service that the node depends on.</summary>
internal sealed record PeerServiceDocument
{
    public required string Url { get; init; }

    /// <summary>connecting, connected, unreachable or refused.</summary>
    public required string State { get; init; }

    /// <summary>The last failure; null while connected.</summary>
    public string? Detail { get; init; }
}

/// <summary>The node's own view of the chain.</summary>
internal sealed record ChainDocument
{
    public required string Url { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>connecting, following, unreachable or wrong (another chain or no Tachyon contract).</summary>
    public required string State { get; init; }

    public string? Detail { get; init; }

    public required long SinceMs { get; init; }

    /// <summary>Newest block at the configured finality; 0 before the first answer.</summary>
    public required ulong FinalBlock { get; init; }
}

/// <summary>What a provider offers.</summary>
internal sealed record OfferDocument
{
    public required string Endpoint { get; init; }

    public required string PricePerMB { get; init; }

    public required string PricePerMBIpx { get; init; }

    public required uint TolerancePpm { get; init; }

    /// <summary>Whether channels are taken that are not there yet; false while draining.</summary>
    public required bool NewChannels { get; init; }

    public required int SlotsUsed { get; init; }

    public required int SlotsTotal { get; init; }
}

/// <summary>Sums over the channels of <see cref="StatusDocument"/>.</summary>
internal sealed record TotalsDocument
{
    public required ulong OwnBytes { get; init; }

    public required ulong PeerBytes { get; init; }

    public required ulong AgreedBytes { get; init; }

    public required ulong UnitsSigned { get; init; }

    public required ulong UnitsVerified { get; init; }

    public required ulong Checkpoints { get; init; }

    public required string TokensAccrued { get; init; }

    public required string TokensAccruedIpx { get; init; }

    public required double MBPerSecond { get; init; }

    public required int Sessions { get; init; }

    public required int Streams { get; init; }
}

/// <summary>Whether a provider takes new channels from now on.</summary>
internal sealed record NewChannelsDocument
{
    public required bool NewChannels { get; init; }

    /// <summary>What is still to come; null when all is done.</summary>
    public string? Detail { get; init; }
}
