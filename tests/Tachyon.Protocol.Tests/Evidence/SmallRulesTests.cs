using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Evidence.LedgerPair;

namespace Tachyon.Protocol.Tests.Evidence;

public class SmallRulesTests
{
    [Fact]
    public void CrossingLimit_OfAnyUnit_IsTheGreatestCountThatTheRulesAccept() => Properties.Hold((uint previous, uint counter) =>
    {
        ulong from = previous / 1_000 * 1_000;
        ulong named = Math.Min(counter, from) / 1_000 * 1_000;
        ulong limit = UnitRules.CrossingLimit(from, named);
        UsageUnit before = Unit(7, from);
        return UnitRules.CheckCrossing(before, Unit(8, limit), named) == UnitFault.None
            && UnitRules.CheckCrossing(before, Unit(8, limit + 1_000), named) != UnitFault.None;
    });

    [Theory]
    [InlineData(1, 5, 0, UnitFault.None)]
    [InlineData(1, 10, 0, UnitFault.CrossesTwoCheckpoints)]
    [InlineData(2, 10, 0, UnitFault.None)] // one in between did not arrive
    [InlineData(2, 15, 5, UnitFault.CrossesTwoCheckpoints)]
    [InlineData(900, 15, 0, UnitFault.CounterUnitTooLow)]
    [InlineData(900, 15, 5, UnitFault.None)]
    public void Crossing_OfAUnitAfterOthersThatDidNotArrive_IsOneCheckpointEachAndTwoBeyondTheCounterUnit(
        ulong unitsLater, ulong newMB, ulong counterMB, UnitFault expected) =>
        Assert.Equal(expected, UnitRules.CheckCrossing(Unit(7, 1 * MB), Unit(7 + unitsLater, newMB * MB), counterMB * MB));

    [Theory]
    [InlineData(100_000_000, 10, 50_000_000, 0)] // a short path needs none
    [InlineData(100_000_000, 100, 50_000_000, 5_000_000)]
    [InlineData(30_000_000, 100, 50_000_000, 1_000_000)]
    [InlineData(30_000_000, 100, 700_000, 700_000)] // never more than was agreed
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 5_000_000)]
    public void SignAhead_ForAPath_IsWhatItNeedsBeyondTheCredit(ulong rate, ulong roundTripMs, ulong agreed, ulong expected) =>
        Assert.Equal(expected, SignAhead.BytesFor(rate, roundTripMs, agreed, 5 * MB));

    [Theory]
    [InlineData(25 * MB, 100 * MB, 1 * MB)] // slower than 1 MB in 20 ms
    [InlineData(100 * MB, 100 * MB, 2 * MB)]
    [InlineData(2_000 * MB, 100 * MB, 5 * MB)] // a checkpoint
    [InlineData(2_000 * MB, 2 * MB, 2 * MB)] // no more than was agreed
    [InlineData(2_000 * MB, 0, 1 * MB)]
    public void UnitStep_AtARate_IsWhatIsUsedInTwentyMilliseconds(ulong rate, ulong agreed, ulong expected) =>
        Assert.Equal(expected, SignAhead.StepBytes(rate, agreed));

    [Theory]
    [InlineData(25 * MB, 5, 5 * MB, 1 * MB)] // slower than 1 MB in 20 ms
    [InlineData(100 * MB, 5, 5 * MB, 2 * MB)]
    [InlineData(400 * MB, 0, 5 * MB, 2_500_000)] // half of what is signed ahead
    [InlineData(400 * MB, 5, 5 * MB, 2 * MB)] // what is left of it beside a megabyte and what is on its way
    [InlineData(400 * MB, 100, 5 * MB, 1 * MB)]
    [InlineData(400 * MB, 5, 256_000, 1 * MB)] // nothing is earned yet
    [InlineData(400 * MB, 5, 0, 1 * MB)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 1 * MB)]
    public void RouteStep_AtARate_LeavesTheNextUnitTheTimeToCome(ulong rate, ulong roundTripMs, ulong ahead, ulong expected) =>
        Assert.Equal(expected, SignAhead.RouteStepBytes(rate, roundTripMs, ahead));

    [Fact]
    public void DatagramGate_WithoutADatagramFromThePeer_ShutsAfter256KBOrASecond()
    {
        var gate = new DatagramGate(Start);
        Assert.True(gate.TrySend(256_000, Start));
        Assert.False(gate.TrySend(1, Start));
        gate.Heard(Start + 500);
        Assert.True(gate.TrySend(1, Start + 1_499));
        Assert.False(gate.TrySend(1, Start + 1_500));
        gate.Heard(Start + 9_000);
        Assert.True(gate.TrySend(1, Start + 9_001));
        Assert.True(gate.TrySend(1, Start)); // a clock set back shuts nothing
    }

    [Fact]
    public void SentUnits_NeverNamed_StayBoundedAndKeepTheOneNamedLast()
    {
        var pair = new LedgerPair();
        var sent = new SentUnits();
        for (ulong i = 1; i <= 1_000; i++)
        {
            sent.Add(pair.Forge(TestKeys.Consumer, i, 1_000 * i).Unit);
        }

        Assert.Equal(SentUnits.Capacity, sent.Units.Count);
        Assert.Equal(1UL, sent.Units[0].Index);
        Assert.Equal(1_000UL, sent.Units[^1].Index);
        sent.Named(999);
        Assert.Equal([999UL, 1_000UL], sent.Units.Select(unit => unit.Index));
    }

    private static UsageUnit Unit(ulong index, ulong bytesUsed) => new(
        default, index, bytesUsed, TestKeys.Consumer.Address, TestKeys.Provider.Address, 0, default);
}
