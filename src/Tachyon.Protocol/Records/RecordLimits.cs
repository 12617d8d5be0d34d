namespace Tachyon.Protocol.Records;

/// <summary>How long one key is used. A sender moves on in time; a receiver takes no more than the most.</summary>
/// <param name="KeyBytes">Content bytes after which a sender moves on.</param>
/// <param name="KeyRecords">Records after which a sender moves on.</param>
/// <param name="KeyAge">Time after which a sender moves on.</param>
/// <param name="MostBytes">Content bytes beyond which nothing under the same key is sealed or opened.</param>
/// <param name="MostRecords">Records beyond which nothing under the same key is sealed or opened.</param>
/// <remarks>
/// With AES-GCM an attacker's advantage grows with the square of the blocks under one key: 2^30 blocks, which are 16 GiB, keep
/// it below 2^-67, and sealing twice as much before a slow sender's next key below 2^-65.
/// </remarks>
public sealed record RecordLimits(ulong KeyBytes, ulong KeyRecords, TimeSpan KeyAge, ulong MostBytes, ulong MostRecords)
{
    /// <summary>The limits of version 1.</summary>
    public static RecordLimits Standard { get; } =
        new(1UL << 34, 1UL << 24, TimeSpan.FromMinutes(10), 1UL << 35, 1UL << 25);
}
