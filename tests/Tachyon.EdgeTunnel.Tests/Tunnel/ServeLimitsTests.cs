using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

public sealed class ServeLimitsTests
{
    [Fact]
    public void WithoutCaps_EverythingIsServed()
    {
        var limits = new ServeLimits();
        Assert.Equal(int.MaxValue, limits.Take(ulong.MaxValue / 2, int.MaxValue, partly: false, out var reached).Bytes);
        Assert.Null(reached);
        Assert.Null(limits.MonthBytesLeft);
    }

    [Fact]
    public void ChannelCap_IsServedToItsLastByte_AndEndsTheChannel()
    {
        var limits = new ServeLimits(channelCapBytes: 1_000);
        Assert.Equal(400, limits.Take(0, 400, partly: false, out _).Bytes);
        Assert.Equal(600, limits.Take(400, 700, partly: true, out var reached).Bytes);
        Assert.Null(reached);
        Assert.Equal(0, limits.Take(1_000, 1, partly: true, out reached).Bytes);
        Assert.Equal(GoodbyeReason.CapacityReached, reached);
        Assert.Equal(0, limits.Take(900, 101, partly: false, out reached).Bytes);
        Assert.Equal(GoodbyeReason.CapacityReached, reached);
    }

    [Fact]
    public void MonthlyCap_OfAllChannelsTogether_IsNotExceededByAByte()
    {
        var limits = new ServeLimits();
        limits.BeginMonth(1_000_000);
        var served = 0L;
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                var taken = limits.Take(0, 777, partly: true, out var _);
                var kept = i % 3 == 0 ? taken.Bytes / 2 : taken.Bytes;
                limits.GiveBack(taken, kept);
                Interlocked.Add(ref served, kept);
            }
        });

        Assert.Equal(1_000_000UL, (ulong)served + limits.MonthBytesLeft!.Value);
        Assert.Equal(0, limits.Take(0, (int)limits.MonthBytesLeft.Value + 1, partly: false, out var reached).Bytes);
        Assert.Equal(GoodbyeReason.NotServing, reached);
    }

    [Fact]
    public void MonthThatIsLowered_IsNotRaised_UntilTheNextBegins()
    {
        var limits = new ServeLimits();
        limits.BeginMonth(1_000);
        limits.LowerMonth(400);
        limits.LowerMonth(700);
        Assert.Equal(400UL, limits.MonthBytesLeft);
        limits.BeginMonth(1_000);
        Assert.Equal(1_000UL, limits.MonthBytesLeft);
    }

    [Fact]
    public void LeaveTakenBeforeTheMonthWasLowered_IsNotGivenBackToIt()
    {
        var limits = new ServeLimits();
        limits.BeginMonth(1_000_000);
        var taken = limits.Take(0, 250_000, partly: true, out _);
        limits.LowerMonth(400);

        limits.GiveBack(taken, servedBytes: 50_000);

        Assert.Equal(400UL, limits.MonthBytesLeft);
        limits.GiveBack(limits.Take(0, 300, partly: true, out _), servedBytes: 100);
        Assert.Equal(300UL, limits.MonthBytesLeft);
    }
}
