namespace Tachyon.Grains.Providers;

/// <summary>A channel as its provider's record holds it.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ProviderChannel")]
internal sealed record ProviderChannel
{
    [Id(0)]
    public required ChannelId ChannelId { get; init; }

    [Id(1)]
    public required SlotState Slot { get; init; }

    /// <summary>The confirm on its way, of a reserved slot.</summary>
    [Id(2)]
    public string? OperationId { get; init; }

    /// <summary>The last second at which an acceptance of the channel holds; 0 when there can be none.</summary>
    [Id(3)]
    public ulong AcceptedUntilSeconds { get; init; }

    /// <summary>Who may open by the acceptance.</summary>
    [Id(4)]
    public Address AcceptedFor { get; init; }

    /// <summary>What the channel was opened for, with all top-ups.</summary>
    [Id(5)]
    public ulong CapacityBytes { get; init; }

    /// <summary>The channel's count so far; cumulative, so that seeing it twice is seeing it once.</summary>
    [Id(6)]
    public ulong UsedBytes { get; init; }

    /// <summary>The channel's count when the calendar month began.</summary>
    [Id(7)]
    public ulong UsedBeforeMonthBytes { get; init; }
}
