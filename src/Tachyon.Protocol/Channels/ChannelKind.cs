namespace Tachyon.Protocol.Channels;

/// <summary>What a channel's provider is. The numbers are those of the contract.</summary>
public enum ChannelKind : byte
{
    /// <summary>No kind; refused everywhere.</summary>
    None = 0,

    /// <summary>A channel with the provider itself.</summary>
    Direct = 1,

    /// <summary>A channel whose provider is a proxy; it holds 110 % of the price.</summary>
    Lock = 2,
}
