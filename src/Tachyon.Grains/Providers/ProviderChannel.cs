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
}
