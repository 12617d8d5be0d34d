namespace Tachyon.Grains;

/// <summary>What all channels did in a few seconds.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ActivitySample")]
public sealed record ActivitySample
{
    /// <summary>What one sample covers, in milliseconds.</summary>
    public const ulong PeriodMs = 5_000;

    /// <summary>How many are kept: an hour.</summary>
    public const int MaxKept = 720;

    /// <summary>Where it ends, Unix milliseconds; a multiple of <see cref="PeriodMs"/>.</summary>
    [Id(0)]
    public required ulong EndMs { get; init; }

    /// <summary>Bytes that consumers newly signed for.</summary>
    [Id(1)]
    public required double Bytes { get; init; }

    /// <summary>What those are worth to their providers, in tokens. Near enough for a chart; money is counted in base units elsewhere.</summary>
    [Id(2)]
    public required double Tokens { get; init; }
}
