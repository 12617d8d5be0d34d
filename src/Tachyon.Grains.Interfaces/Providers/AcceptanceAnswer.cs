namespace Tachyon.Grains;

/// <summary>What a provider says to an acceptance that it was asked for.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.AcceptanceAnswer")]
public sealed record AcceptanceAnswer
{
    /// <summary>The channel, by the terms that it was asked about.</summary>
    [Id(0)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>The last second, in Unix time, at which the acceptance holds; as it was asked for.</summary>
    [Id(1)]
    public required ulong ExpirySeconds { get; init; }

    /// <summary>The provider's, on <c>Acceptance(channelId, expiry)</c>; null when it refuses.</summary>
    [Id(2)]
    public Signature? Signature { get; init; }

    /// <summary>Why it refuses; <see cref="RelayRefusal.None"/> with a signature.</summary>
    [Id(3)]
    public RelayRefusal Refusal { get; init; }
}
