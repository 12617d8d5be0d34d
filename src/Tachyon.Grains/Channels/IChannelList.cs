namespace Tachyon.Grains.Channels;

/// <summary>All channels that the storage of this operator knows, a page at a time. Wakes no channel.</summary>
public interface IChannelList
{
    /// <summary>The next channels that fit. A page may hold fewer than asked for, or none, and not be the last.</summary>
    /// <param name="phase">Only those in this phase; null for all.</param>
    /// <param name="party">Only those of this consumer or provider; null for all.</param>
    /// <param name="cursor">Where the page before said to go on; null for the first.</param>
    /// <param name="count">How many are wanted, 1 to 1,000; where some are left out, up to 100 more may come.</param>
    Task<ChannelPage> ReadAsync(ChannelPhase? phase, Address? party, string? cursor, int count);
}

/// <summary>Some channels.</summary>
/// <param name="Channels">As their records hold them.</param>
/// <param name="Next">Where to go on; null when these were the last.</param>
/// <param name="RecordsRead">How many records were read to find them.</param>
public sealed record ChannelPage(IReadOnlyList<ChannelView> Channels, string? Next, int RecordsRead);
