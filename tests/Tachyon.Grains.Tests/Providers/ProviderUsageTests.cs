using Tachyon.Grains.Providers;

namespace Tachyon.Grains.Tests.Providers;

/// <summary>The month's total: from cumulative counts, so that nothing counts twice.</summary>
public sealed class ProviderUsageTests
{
    private const int May = (12 * 2026) + 4;
    private static readonly Address Somebody = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly ProviderRecord Empty = ProviderUsage.Roll(
        new ProviderRecord { Offer = ProviderTests.Offer() with { MonthlyCapBytes = 10_000_000, MinCapacityBytes = 1_000 } }, May);

    [Fact]
    public void Month_IsTheSumOfTheChannels_HoweverOftenTheyTell()
    {
        ProviderRecord record = Told(Told(Told(Empty, 1, ChannelPhase.Active, 2_000_000), 1, ChannelPhase.Active, 2_000_000), 2, ChannelPhase.Active, 500_000);
        Assert.Equal(2_500_000UL, ProviderUsage.MonthBytes(record));
        Assert.Equal(7_500_000UL, ProviderUsage.MonthBytesLeft(record));

        // An older count, as from a silo that is behind, takes nothing back.
        Assert.Equal(2_500_000UL, ProviderUsage.MonthBytes(Told(record, 1, ChannelPhase.Active, 1_000)));
    }

    [Fact]
    public void EndedChannel_CountsOnce_AlsoWhenItEndsAgainOrComesBack()
    {
        ProviderRecord ended = Told(Told(Empty, 1, ChannelPhase.Active, 2_000_000), 1, ChannelPhase.Settled, 3_000_000);
        Assert.Equal(3_000_000UL, ProviderUsage.MonthBytes(ended));
        Assert.Equal(3_000_000UL, ProviderUsage.MonthBytes(Told(ended, 1, ChannelPhase.Settled, 3_000_000)));

        ProviderRecord back = Told(ended, 1, ChannelPhase.Active, 3_000_000);
        Assert.Equal(3_000_000UL, ProviderUsage.MonthBytes(back));
        Assert.Equal(3_500_000UL, ProviderUsage.MonthBytes(Told(back, 1, ChannelPhase.Settled, 3_500_000)));

        // One that began in an earlier month comes back with what it had used before this one.
        ProviderRecord june = Told(ProviderUsage.Roll(Told(Empty, 2, ChannelPhase.Active, 1_000_000), May + 1), 2, ChannelPhase.Settled, 3_000_000);
        Assert.Equal(2_000_000UL, ProviderUsage.MonthBytes(Told(june, 2, ChannelPhase.Active, 3_000_000)));
    }

    [Fact]
    public void ManyEndedChannels_CountAll_InARecordThatStaysSmall()
    {
        ProviderRecord record = Empty;
        for (byte number = 1; number <= 200; number++)
        {
            record = Told(Told(record, number, ChannelPhase.Active, 0), number, ChannelPhase.Settled, 1_000);
        }

        Assert.Equal(200_000UL, ProviderUsage.MonthBytes(record));
        Assert.Equal(ProviderUsage.MaxEnded, record.Ended.Length);
        Assert.Empty(record.Channels);
    }

    [Fact]
    public void NewMonth_BeginsAtZero_WithTheChannelsWhereTheyAre()
    {
        ProviderRecord record = Told(Told(Told(Empty, 1, ChannelPhase.Active, 4_000_000), 2, ChannelPhase.Active, 0), 2, ChannelPhase.Settled, 1_000_000);
        ProviderRecord june = ProviderUsage.Roll(record, May + 1);
        Assert.Equal(0UL, ProviderUsage.MonthBytes(june));
        Assert.Equal(250_000UL, ProviderUsage.MonthBytes(Told(june, 1, ChannelPhase.Active, 4_250_000)));

        // A clock that goes back does not make the month anew.
        Assert.Same(june, ProviderUsage.Roll(june, May));
        Assert.Equal(May, ProviderUsage.MonthOf(new DateTimeOffset(2026, 6, 1, 0, 59, 59, TimeSpan.FromHours(1)).ToUniversalTime()));
    }

    [Fact]
    public void NewChannel_FitsIntoWhatIsLeft_LessWhatOthersPaidForAndDidNotUse()
    {
        ProviderRecord record = Told(Empty, 1, ChannelPhase.Active, 2_000_000, capacityBytes: 5_000_000);
        Assert.Equal(3_000_000UL, ProviderUsage.PromisedBytes(record));
        Assert.Equal(5_000_000UL, ProviderUsage.LargestCapacityBytes(record));
        Assert.Equal(RelayRefusal.None, ConfirmPolicy.Check(record, Id(2), Terms(5_000_000), TokenAmount.Zero));
        Assert.Equal(RelayRefusal.MonthlyCapReached, ConfirmPolicy.Check(record, Id(2), Terms(5_001_000), TokenAmount.Zero));

        // Used or not, the promise is the same until the channel ends and gives back what it did not use.
        Assert.Equal(5_000_000UL, ProviderUsage.LargestCapacityBytes(Told(record, 1, ChannelPhase.Active, 4_000_000, 5_000_000)));
        Assert.Equal(6_000_000UL, ProviderUsage.LargestCapacityBytes(Told(record, 1, ChannelPhase.Settled, 4_000_000, 5_000_000)));
    }

    [Fact]
    public void CapPerChannel_BoundsTheCapacity()
    {
        ProviderRecord record = Empty with { Offer = Empty.Offer! with { ChannelCapBytes = 1_000_000, MonthlyCapBytes = 0 } };
        Assert.Equal(RelayRefusal.None, ConfirmPolicy.Check(record, Id(1), Terms(1_000_000), TokenAmount.Zero));
        Assert.Equal(RelayRefusal.AboveChannelCap, ConfirmPolicy.Check(record, Id(1), Terms(1_001_000), TokenAmount.Zero));
        Assert.Equal(1_000_000UL, ProviderUsage.LargestCapacityBytes(record));
        Assert.Null(ProviderUsage.MonthBytesLeft(record));
    }

    private static ProviderRecord Told(ProviderRecord record, byte channel, ChannelPhase phase, ulong usedBytes, ulong capacityBytes = 5_000_000)
    {
        var view = new ChannelView
        {
            ChannelId = Id(channel), Terms = Terms(capacityBytes), Phase = phase, CapacityBytes = capacityBytes, ProviderBytes = usedBytes, Operations = [],
        };

        // As the grain does it: the slot first where the channel is new, the count beside it.
        var used = new Dictionary<ChannelId, ulong> { [view.ChannelId] = ProviderUsage.UsedBytes(view) };
        return ProviderUsage.See(ProviderSlots.Apply(ProviderUsage.See(record, used), view), used);
    }

    private static Terms Terms(ulong capacityBytes) => new(
        Somebody, Address.Parse("0x00000000000000000000000000000000000000bb"), capacityBytes, new TokenAmount(1_000_000), 0, ChannelKind.Direct, default);

    private static ChannelId Id(byte number) => new(Keccak256.HashText($"channel {number}"));
}
