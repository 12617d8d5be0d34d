using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// What this provider may still serve in the calendar month (UTC): its cap less what its history says it has served, or
/// what the silo has left for it where that is less, as after a lost journal. A crash may cost the history its last second.
/// </summary>
internal sealed class MonthlyCap(ServeLimits limits, ulong capBytes, ChannelBook book, EdgeJournal journal, TimeProvider time)
{
    private DateOnly _month;

    private DateOnly Month
    {
        get
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            return new DateOnly(today.Year, today.Month, 1);
        }
    }

    /// <summary>Begins the month when it has come. Call at the start and now and then.</summary>
    public void Look()
    {
        if (capBytes == 0 || Month <= _month)
        {
            return;
        }

        var used = _month == default ? UsedBytes() : 0;
        _month = Month;
        limits.BeginMonth(capBytes > used ? capBytes - used : 0);
    }

    /// <summary>The silo's count, for the month that it is of.</summary>
    public void Hear(MonthAllowance told)
    {
        var ends = new DateTimeOffset(Month.AddMonths(1), TimeOnly.MinValue, TimeSpan.Zero);
        if (capBytes != 0 && told.UntilSeconds == (ulong)ends.ToUnixTimeSeconds())
        {
            limits.LowerMonth(told.BytesLeft);
        }
    }

    /// <summary>What is left for a new channel, with what was promised to others set aside.</summary>
    public ulong FreeBytes(ulong promisedBytes) => limits.MonthBytesLeft switch
    {
        null => ulong.MaxValue,
        { } left => left > promisedBytes ? left - promisedBytes : 0,
    };

    private ulong UsedBytes() => journal.Sessions.LoadDays(Month, Month.AddMonths(1))
        .Where(usage => book.Find(usage.ChannelId) is { Role: SessionRole.Provider })
        .Aggregate(0UL, (sum, usage) => sum + usage.Usage.OwnBytes);
}
