namespace Tachyon.Grains.Tests.Channels;

/// <summary>Events as the chain feed tells them, of channels that are on no chain: so a test can have any history.</summary>
internal static class ChainEvents
{
    public const ulong SettleFromSeconds = 4_000_000_000;

    /// <summary>A log with the figures that its kind has.</summary>
    public static ChannelChainEvent Of(ChannelChainEventKind kind, ulong block = 1, Terms? terms = null, ulong bytes = 0) => new()
    {
        Kind = kind,
        BlockNumber = block,
        LogIndex = 0,
        Terms = kind == ChannelChainEventKind.Opened ? terms : null,
        ConfirmBeforeSeconds = kind == ChannelChainEventKind.Opened ? SettleFromSeconds : 0,
        CapacityBytes = kind == ChannelChainEventKind.ToppedUp ? bytes : 0,
        ConsumerBytes = kind == ChannelChainEventKind.ToppedUp ? 0 : bytes,
        ProviderBytes = kind == ChannelChainEventKind.ToppedUp ? 0 : bytes,
        SettleFromSeconds = kind == ChannelChainEventKind.Closing ? SettleFromSeconds : 0,
        Settlement = kind == ChannelChainEventKind.Settled ? new SettlementFigures() : null,
    };
}
