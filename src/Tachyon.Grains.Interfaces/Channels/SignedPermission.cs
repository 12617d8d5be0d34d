namespace Tachyon.Grains;

/// <summary>
/// A party's signature that lets anyone relay its confirm, decline or close of one channel
/// (protocol, Settlement, "Signed for a relayer"). Which of the three follows from where it is handed in.
/// </summary>
[GenerateSerializer, Immutable, Alias("tachyon.SignedPermission")]
public sealed record SignedPermission
{
    /// <summary>The channel.</summary>
    [Id(0)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>Last second of its validity, Unix time, inclusive; at most 86,400 ahead.</summary>
    [Id(1)]
    public required ulong ValidUntilSeconds { get; init; }

    /// <summary>The party's signature.</summary>
    [Id(2)]
    public required Signature Signature { get; init; }
}
