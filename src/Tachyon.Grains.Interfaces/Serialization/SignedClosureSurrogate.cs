namespace Tachyon.Grains.Serialization;

/// <summary>A signed closure between silos and in storage.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SignedClosureSurrogate")]
public struct SignedClosureSurrogate
{
    /// <summary>The channel.</summary>
    [Id(0)]
    public ChannelId ChannelId { get; set; }

    /// <summary>The final count.</summary>
    [Id(1)]
    public ulong BytesUsed { get; set; }

    /// <summary>The last second at which the contract takes it.</summary>
    [Id(2)]
    public ulong ValidUntilSeconds { get; set; }

    /// <summary>The party's signature.</summary>
    [Id(3)]
    public Signature Signature { get; set; }
}

/// <summary>Converts signed closures for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class SignedClosureConverter : IConverter<SignedClosure, SignedClosureSurrogate>
{
    /// <inheritdoc />
    public SignedClosure ConvertFromSurrogate(in SignedClosureSurrogate surrogate) => new(
        new Closure(surrogate.ChannelId, surrogate.BytesUsed, surrogate.ValidUntilSeconds),
        surrogate.Signature);

    /// <inheritdoc />
    public SignedClosureSurrogate ConvertToSurrogate(in SignedClosure value) => new()
    {
        ChannelId = value.Closure.ChannelId,
        BytesUsed = value.Closure.BytesUsed,
        ValidUntilSeconds = value.Closure.ValidUntilSeconds,
        Signature = value.Signature,
    };
}
