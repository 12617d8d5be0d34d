namespace Tachyon.Grains;

/// <summary>How channels are spread over deadline shards: evenly, since channel ids are hashes.</summary>
public static class DeadlineShards
{
    /// <summary>The number of shards.</summary>
    public const int Count = 64;

    /// <summary>The shard of a channel.</summary>
    public static long Of(ChannelId id)
    {
        Span<byte> bytes = stackalloc byte[ChannelId.Length];
        id.CopyTo(bytes);
        return bytes[0] % Count;
    }
}
