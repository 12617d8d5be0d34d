namespace Tachyon.Grains.Serialization;

/// <summary>A channel id between silos and in storage: its 32 bytes.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelIdSurrogate")]
public struct ChannelIdSurrogate
{
    /// <summary>32 bytes.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts channel ids for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class ChannelIdConverter : IConverter<ChannelId, ChannelIdSurrogate>
{
    /// <inheritdoc />
    public ChannelId ConvertFromSurrogate(in ChannelIdSurrogate surrogate) => ChannelId.FromBytes(surrogate.Bytes);

    /// <inheritdoc />
    public ChannelIdSurrogate ConvertToSurrogate(in ChannelId value) => new() { Bytes = value.ToArray() };
}
