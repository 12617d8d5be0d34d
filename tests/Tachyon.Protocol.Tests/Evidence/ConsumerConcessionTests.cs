using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Evidence.LedgerPair;

namespace Tachyon.Protocol.Tests.Evidence;

/// <summary>What the provider states beyond the consumer's count: conceded within the allowances, and then from the sign-ahead.</summary>
public class ConsumerConcessionTests
{
    private readonly LedgerPair _pair = new();

    private ConsumerLedger Consumer => _pair.Consumer;

    [Fact]
    public void Statement_WithinTheAllowance_IsConcededAndSignedOnceTheChannelIsQuiet()
    {
        _pair.Use(2 * MB);
        _pair.Settle();
        Consumer.ReceiveStatement((2 * MB) + 50_000, Start);
        Assert.Null(Consumer.Poll(Start + 199, 10, 0).Unit);

        ConsumerAction action = Consumer.Poll(Start + 200, 10, 0);
        Assert.Equal((2 * MB) + 50_000, action.Unit!.Unit.BytesUsed);
        Assert.Equal(2 * MB, Consumer.OwnCountBytes);
        Assert.Equal(
            new ConsumerCounts(2 * MB, 50_000, 0, 0, 50_000), Assert.IsType<ConsumerUnitSigned>(action.Record).Counts);
    }

    [Fact]
    public void Statement_OfBytesThatAreStillOnTheirWay_ConcedesNothing()
    {
        _pair.Use(2 * MB);
        _pair.Settle();
        Consumer.ReceiveStatement((2 * MB) + 90_000, Start);
        for (ulong i = 1; i <= 9; i++)
        {
            Consumer.Count(10_000, Start + (100 * i));
            _ = Consumer.Poll(Start + (100 * i), 10, 0);
        }

        _ = Consumer.Poll(Start + 2_000, 10, 0);
        Assert.Equal(new ConsumerCounts((2 * MB) + 90_000, 0, 0, 0, 0), Consumer.State.Counts);
    }

    [Fact]
    public void Statement_WhileSomethingIsUnsigned_HasItSignedAtOnce()
    {
        Consumer.Count(5_500, Start);
        Assert.Null(Consumer.Poll(Start, 10, 0).Unit);
        Consumer.ReceiveStatement(5_500, Start);
        Assert.Equal(6_000UL, Consumer.Poll(Start, 10, 0).Unit!.Unit.BytesUsed);
    }

    [Fact]
    public void Statement_BeyondTheAllowance_DrawsOnTheSignAhead()
    {
        _pair.Use(2 * MB);
        UsageUnit? unit = State(3 * MB, signAheadBytes: ulong.MaxValue);
        Assert.Equal(new ConsumerCounts(2 * MB, 50_000, 950_000, 0, 50_000), Consumer.State.Counts);

        // What is left of the sign-ahead: no unit exceeds own count + allowances so used + 5 MB.
        Assert.Equal(7_050_000UL, unit!.BytesUsed);
    }

    [Fact]
    public void Statement_BeyondTheSignAheadToo_IsConcededAsFarAsItGoes_AndNotAtAllWhereTheProviderCouldNotServeOn()
    {
        _pair.Use(2 * MB);
        _pair.Settle(); // so the credit is 2 MB
        UsageUnit? unit = State((8 * MB) + 49_999, signAheadBytes: ulong.MaxValue);
        Assert.Equal(LeaveReason.None, Consumer.CheckLeave(_pair.NowMs));
        Assert.Equal((7 * MB) + 50_000, unit!.BytesUsed);
        ConsumerCounts before = Consumer.State.Counts;
        State((8 * MB) + 50_000);
        Assert.Equal(LeaveReason.ConcessionTooLarge, Consumer.CheckLeave(_pair.NowMs));
        Assert.Equal(before, Consumer.State.Counts);
        State(ulong.MaxValue);
        Assert.Equal(LeaveReason.ConcessionTooLarge, Consumer.CheckLeave(_pair.NowMs));
    }

    [Fact]
    public void Traffic_AfterAllWasConcededThatCanBe_IsSignedForInSteps_AndNotByTheKB()
    {
        _pair.Use(7 * MB);
        _pair.Settle();
        Consumer.Count(1_328, _pair.NowMs);
        State((12 * MB) + 51_328, signAheadBytes: ulong.MaxValue);
        Assert.Equal(5 * MB, Consumer.State.Counts.AheadConcededBytes);

        // Packets are no whole KB, so that what is owed, rounded up, is more than may be signed.
        int units = 0;
        for (int packet = 0; packet < 400; packet++)
        {
            Consumer.Count(1_328, _pair.NowMs);
            if (Consumer.Poll(_pair.NowMs, 10, 0).Unit is not null)
            {
                units++;
            }
        }

        Assert.InRange(units, 0, 3);
    }

    [Fact]
    public void Statement_RepeatedInOneCheckpoint_UsesItsAllowanceOnce()
    {
        _pair.Use(2 * MB);
        State((2 * MB) + 30_000);
        State((2 * MB) + 60_000);
        Assert.Equal(new ConsumerCounts(2 * MB, 50_000, 10_000, 0, 50_000), Consumer.State.Counts);
    }

    [Fact]
    public void Statement_InALaterCheckpoint_FindsAFreshAllowance()
    {
        _pair.Use(2 * MB);
        State((2 * MB) + 60_000);
        _pair.Use(4 * MB);
        State((6 * MB) + 60_000);
        Assert.Equal(new ConsumerCounts(6 * MB, 60_000, 0, 1, 10_000), Consumer.State.Counts);
    }

    [Fact]
    public void Statement_ForWhatArrivedVeryLate_IsConcededNoLonger()
    {
        _pair.Use(2 * MB);
        State(3 * MB);
        Consumer.Count(950_000, _pair.NowMs);
        State(3 * MB);
        Assert.Equal(0UL, Consumer.State.Counts.AheadConcededBytes);
        Assert.Equal(3 * MB, Consumer.OwedBytes);
    }

    [Fact]
    public void Statement_BelowTheOwnCount_ConcedesNothing()
    {
        _pair.Use(2 * MB);
        State(1 * MB);
        Assert.Equal(2 * MB, Consumer.OwedBytes);
    }

    /// <summary>The provider states a count, and then the channel is quiet.</summary>
    private UsageUnit? State(ulong statedBytes, ulong signAheadBytes = 0)
    {
        Consumer.ReceiveStatement(statedBytes, _pair.NowMs);
        _pair.NowMs += 200;
        return Consumer.Poll(_pair.NowMs, 10, signAheadBytes).Unit?.Unit;
    }
}
