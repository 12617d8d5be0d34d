namespace Tachyon.Grains.Channels;

/// <summary>The last challenge that a channel asked for with a unit of one side. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChallengeMark")]
internal sealed record ChallengeMark
{
    [Id(0)]
    public required string OperationId { get; init; }

    /// <summary>The bytes that its unit states.</summary>
    [Id(1)]
    public required ulong BytesUsed { get; init; }

    /// <summary>When it was asked for, Unix seconds.</summary>
    [Id(2)]
    public required ulong AtSeconds { get; init; }

    /// <summary>How many of this side were asked for in the same span of the schedule, this one included.</summary>
    [Id(3)]
    public required int CountInSpan { get; init; }
}
