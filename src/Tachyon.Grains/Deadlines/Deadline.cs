namespace Tachyon.Grains.Deadlines;

/// <summary>A time at which a channel wants to be called.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.Deadline")]
internal sealed record Deadline
{
    [Id(0)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>Unix seconds.</summary>
    [Id(1)]
    public required ulong DueAtSeconds { get; init; }
}
