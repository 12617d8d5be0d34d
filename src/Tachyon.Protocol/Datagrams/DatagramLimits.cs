namespace Tachyon.Protocol.Datagrams;

/// <summary>How long one key of a direction is used.</summary>
/// <param name="KeyBytes">Content bytes after which a sender moves on.</param>
/// <param name="KeyGroups">Groups after which a sender moves on.</param>
/// <param name="KeyAge">Time after which a sender moves on.</param>
/// <param name="MostBytes">Content bytes beyond which a receiver takes nothing more under the same key.</param>
/// <remarks>
/// As for records (<see cref="Records.RecordLimits"/>): 2^30 blocks under one key keep an attacker's advantage against AES-GCM
/// below 2^-67, twice as many below 2^-65.
/// </remarks>
public sealed record DatagramLimits(ulong KeyBytes, ulong KeyGroups, TimeSpan KeyAge, ulong MostBytes)
{
    /// <summary>The limits of version 1.</summary>
    public static DatagramLimits Standard { get; } = new(1UL << 34, 1UL << 24, TimeSpan.FromMinutes(2), 1UL << 35);
}
