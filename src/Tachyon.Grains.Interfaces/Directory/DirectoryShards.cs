namespace Tachyon.Grains;

/// <summary>How the 160-bit ID space is cut into directory shards. Part of the contract between gateways and silos.</summary>
public static class DirectoryShards
{
    /// <summary>How many leading bits of an ID name its shard.</summary>
    public const int PrefixBits = 4;

    /// <summary>The number of shards.</summary>
    public const int Count = 1 << PrefixBits;

    /// <summary>The shard of an ID.</summary>
    public static long Of(Address node)
    {
        Span<byte> bytes = stackalloc byte[Address.Length];
        node.CopyTo(bytes);
        return bytes[0] >> (8 - PrefixBits);
    }

    /// <summary>
    /// All shards, closest to the target first. Every ID of a shard is closer than any ID of the next one, since
    /// the XOR of the prefixes decides before anything behind them does.
    /// </summary>
    public static IEnumerable<long> ClosestFirst(Address target)
    {
        long own = Of(target);
        for (long distance = 0; distance < Count; distance++)
        {
            yield return own ^ distance;
        }
    }
}
