using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Evidence.LedgerPair;

namespace Tachyon.Protocol.Tests.Evidence;

public class ConsumerLedgerTests
{
    private readonly LedgerPair _pair = new();

    private ConsumerLedger Consumer => _pair.Consumer;

    [Fact]
    public void Unit_AfterAQuarterOfTheCredit_IsDue()
    {
        Consumer.Count(63_000, Start);
        Assert.Null(Consumer.Poll(Start, 10, 0).Unit);

        Consumer.Count(1_000, Start);
        UsageUnit unit = Consumer.Poll(Start, 10, 0).Unit!.Unit;
        Assert.Equal(64_000UL, unit.BytesUsed);
        Assert.Equal(1UL, unit.Index);
        Assert.True(unit.CounterUnit.IsZero);
    }

    [Fact]
    public void Unit_WithTheGreatestCredit_IsDueEveryMB()
    {
        _pair.Use(10 * MB);
        _pair.Settle();
        Consumer.Count(999_000, Start);
        Assert.Null(Consumer.Poll(Start, 10, 0).Unit);
        Consumer.Count(1_000, Start);
        Assert.Equal(11 * MB, Consumer.Poll(Start, 10, 0).Unit!.Unit.BytesUsed);
    }

    [Fact]
    public void Unit_AfterASecondOfTraffic_IsDueAndRoundedUpOnceOnTheSum()
    {
        Consumer.Count(1, Start);
        Consumer.Count(1, Start + 999);
        Assert.Null(Consumer.Poll(Start + 999, 10, 0).Unit);
        Assert.Equal(1_000UL, Consumer.Poll(Start + 1_000, 10, 0).Unit!.Unit.BytesUsed);

        // The next byte needs no new unit: it is within the KB that was signed.
        Consumer.Count(900, Start + 1_000);
        Assert.DoesNotContain(
            Enumerable.Range(0, 100).Select(i => Consumer.Poll(Start + 1_001 + (ulong)i, 10, 0).Unit), unit => unit is not null);
    }

    [Fact]
    public void Unit_WithoutTraffic_IsNeverDue()
    {
        Assert.Null(Consumer.Poll(Start + 1_000_000, 10, 0).Unit);
    }

    [Fact]
    public void Unit_SignedAhead_IsAtMostOneCheckpointAboveTheOwnCount()
    {
        Consumer.Count(1_000_000, Start);
        Assert.Equal(6 * MB, Consumer.Poll(Start, 10, ulong.MaxValue).Unit!.Unit.BytesUsed);
    }

    [Fact]
    public void Unit_AtTheCapacity_StopsThere()
    {
        var pair = new LedgerPair(capacityBytes: 100_000);
        pair.Consumer.Count(130_000, Start);
        Assert.Equal(100_000UL, pair.Consumer.Poll(Start, 10, 5 * MB).Unit!.Unit.BytesUsed);
        Assert.Equal(PayloadDecision.AtCapacity, pair.Consumer.CheckSend(1, Start));
    }

    [Fact]
    public void Unit_WithoutACounterUnit_CrossesTwoCheckpointsButNotTheNext()
    {
        Consumer.Count(20_000_000, Start);
        Assert.Equal(9_999_000UL, Consumer.Poll(Start, 10, 0).Unit!.Unit.BytesUsed);
        Assert.Equal(14_999_000UL, Consumer.Poll(Start, 10, 0).Unit!.Unit.BytesUsed);
        Consumer.WantUnit();
        Assert.Null(Consumer.Poll(Start + 100, 10, 0).Unit);
    }

    [Fact]
    public void Consumer_TwoCheckpointsPastTheNewestCounterUnit_PausesAndLeavesAfterThirtySeconds()
    {
        Consumer.Count(9_999_000, Start);
        Assert.Equal(PayloadDecision.Forward, Consumer.CheckSend(0, Start));
        Assert.Equal(PayloadDecision.PausedForCounterUnit, Consumer.CheckSend(1_000, Start));
        Assert.Equal(LeaveReason.None, Consumer.CheckLeave(Start + 29_999));
        Assert.Equal(LeaveReason.NoCounterUnit, Consumer.CheckLeave(Start + 30_000));

        Consumer.StartSession(Start + 30_000);
        Assert.Equal(LeaveReason.None, Consumer.CheckLeave(Start + 30_000));
    }

    [Fact]
    public void Consumer_GivenTheMissingCounterUnit_GoesOnAndSignsTheRest()
    {
        Consumer.Count(9_999_000, Start);
        SignedUnit unit = Consumer.Poll(Start, 10, 0).Unit!;
        Consumer.Count(5_000, Start);
        Assert.Equal(PayloadDecision.PausedForCounterUnit, Consumer.CheckSend(1_000, Start));

        SignedUnit answer = _pair.Forge(TestKeys.Provider, 1, unit.Unit.BytesUsed, unit.Unit.StructHash());
        Assert.Equal(PeerUnitKind.Agreed, Consumer.Receive(answer, Start).Kind);
        Assert.Equal(PayloadDecision.Forward, Consumer.CheckSend(1_000, Start));
        UsageUnit next = Consumer.Poll(Start + 1_000, 10, 0).Unit!.Unit;
        Assert.Equal(10_004_000UL, next.BytesUsed);
        Assert.Equal(answer.Unit.StructHash(), next.CounterUnit);
    }

    [Fact]
    public void Unit_Unanswered_IsSentAgainAfterTheRoundTripDoublingToFiveSeconds()
    {
        Consumer.Count(64_000, Start);
        SignedUnit unit = Consumer.Poll(Start, 50, 0).Unit!;
        var waits = new List<ulong>();
        ulong last = Start;
        for (ulong now = Start; waits.Count < 7; now++)
        {
            ConsumerAction action = Consumer.Poll(now, 50, 0);
            if (action.Unit is not null)
            {
                waits.Add(now - last);
                last = now;
                if (waits.Count <= 3)
                {
                    Assert.Same(unit, action.Unit);
                    Assert.Null(action.Record);
                }
            }
        }

        Assert.Equal([200, 400, 800, 1_600, 3_200, 5_000, 5_000], waits);
    }

    [Fact]
    public void Unit_UnansweredAfterThreeResends_IsFollowedByAFreshOneOfTheSameCount()
    {
        // The clock ran an hour ahead when it was signed, so the provider refuses it; since then the clock was put right.
        _pair.NowMs = Start + 3_600_000;
        Consumer.Count(64_000, _pair.NowMs);
        SignedUnit early = Consumer.Poll(_pair.NowMs, 10, 0).Unit!;
        Assert.Equal(UnitFault.TimestampAhead, _pair.Provider.Receive(early, Start).Fault);

        SignedUnit? fresh = null;
        for (ulong now = Start; now < Start + 10_000 && fresh is null; now += 100)
        {
            SignedUnit? sent = Consumer.Poll(now, 10, 0).Unit;
            fresh = sent is not null && sent != early ? sent : null;
        }

        Assert.Equal(2UL, fresh!.Unit.Index);
        Assert.Equal(early.Unit.BytesUsed, fresh.Unit.BytesUsed);
        Assert.Equal(PeerUnitKind.Agreed, _pair.Provider.Receive(fresh, Start + 10_000).Kind);
    }

    [Fact]
    public void Timestamp_AfterTheClockWasSetBack_StaysAtThatOfTheAnsweredUnit()
    {
        _pair.Use(64_000);
        ulong answered = Consumer.NewestOwn!.Unit.TimestampMs;
        Consumer.Count(64_000, Start - 30_000);
        Assert.Equal(answered, Consumer.Poll(Start - 30_000, 10, 0).Unit!.Unit.TimestampMs);
    }

    [Fact]
    public void Unit_InLargeStepsAheadOfUse_IsDueOnlyWhenWhatWasUsedHasCaughtUp()
    {
        Consumer.Count((int)(2 * MB), Start);
        Assert.Equal(5 * MB - 1_000, Math.Min(Consumer.Poll(Start, 10, 3 * MB, 3 * MB).Unit!.Unit.BytesUsed, 5 * MB - 1_000));
        _pair.Provider.Receive(Consumer.NewestOwn!, Start);
        Consumer.Receive(_pair.Provider.NewestOwn!, Start);
        ulong signed = Consumer.NewestOwn!.Unit.BytesUsed;

        Consumer.Count((int)(signed - (2 * MB) - 1_000), Start);
        Assert.Null(Consumer.Poll(Start, 10, 3 * MB, 3 * MB).Unit);
        Consumer.Count(1_000, Start);
        Assert.Equal(signed + (3 * MB), Consumer.Poll(Start, 10, 3 * MB, 3 * MB).Unit!.Unit.BytesUsed);
    }

    [Fact]
    public void Unit_InLargeStepsThatMayNotGoAhead_IsDueAfterAMegabyteOfUseAllTheSame()
    {
        _pair.Use(20 * MB);
        _pair.Settle();
        Consumer.Count((int)MB, Start);

        Assert.Equal(21 * MB, Consumer.Poll(Start, 10, 0, 3 * MB).Unit!.Unit.BytesUsed);
    }

    [Fact]
    public void ProviderUnit_AboveTheConsumers_IsADisputeThatEndsSigning()
    {
        Consumer.Count(64_000, Start);
        SignedUnit own = Consumer.Poll(Start, 10, 0).Unit!;
        SignedUnit overstated = _pair.Forge(TestKeys.Provider, 1, 90_000_000, own.Unit.StructHash());
        PeerUnitOutcome outcome = Consumer.Receive(overstated, Start);

        Assert.Equal(PeerUnitKind.Disputed, outcome.Kind);
        Assert.Equal(LedgerPhase.Disputed, Consumer.Phase);
        Consumer.Count(1_000_000, Start);
        Assert.Null(Consumer.Poll(Start + 10_000, 10, 0).Unit);
        Assert.Equal(PayloadDecision.Ended, Consumer.CheckSend(1, Start));
        Assert.Equal(LeaveReason.Ended, Consumer.CheckLeave(Start));
    }

    [Fact]
    public void ProviderUnit_NamingAUnitNeverSigned_IsRefused()
    {
        Consumer.Count(64_000, Start);
        _ = Consumer.Poll(Start, 10, 0);
        SignedUnit forged = _pair.Forge(TestKeys.Provider, 1, 64_000, _pair.ChannelId.Value);
        Assert.Equal(UnitFault.CounterUnitUnknown, Consumer.Receive(forged, Start).Fault);
        Assert.Null(Consumer.NewestPeer);
    }

    [Fact]
    public void Closure_SignedOnce_EndsServingAndSigningAndAllowsOnlyTheSameCount()
    {
        _pair.Use(2 * MB);
        _pair.Settle();
        ulong now = Start / 1_000;
        Assert.Equal(ClosureFault.NotWholeKB, Consumer.SignClosure(1_999_999, now + 60, Start).Fault);
        Assert.Equal(ClosureFault.AboveCapacity, Consumer.SignClosure(1_001 * MB, now + 60, Start).Fault);
        Assert.Equal(ClosureFault.AboveOwnCount, Consumer.SignClosure((2 * MB) + 1_000, now + 60, Start).Fault);
        Assert.Equal(ClosureFault.Expired, Consumer.SignClosure(2 * MB, now - 1, Start).Fault);
        Assert.Equal(ClosureFault.ValidTooLong, Consumer.SignClosure(2 * MB, now + 86_401, Start).Fault);

        ClosureOutcome signed = Consumer.SignClosure(2 * MB, now + 86_400, Start);
        Assert.Equal(ClosureFault.None, signed.Fault);
        Assert.Equal(LedgerPhase.Closed, Consumer.Phase);
        Consumer.Count(1_000_000, Start);
        Assert.Null(Consumer.Poll(Start + 10_000, 10, 0).Unit);
        Assert.Equal(ClosureFault.OtherClosureSigned, Consumer.SignClosure(1 * MB, now + 60, Start).Fault);
        Assert.Equal(ClosureFault.None, Consumer.SignClosure(2 * MB, now + 120, Start).Fault);
    }

    [Fact]
    public void Ledger_ForAnotherKey_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ConsumerLedger(_pair.Terms, TestKeys.Domain, TestKeys.Stranger, new()));
        Assert.Throws<ArgumentException>(() => new ProviderLedger(_pair.Terms, TestKeys.Domain, TestKeys.Stranger, new()));
    }

    [Fact]
    public void Ledger_GivenTheOtherSidesRecord_RefusesIt()
    {
        Assert.Throws<ArgumentException>(() => Consumer.Apply(new ProviderCountsKept(default)));
        Assert.Throws<ArgumentException>(() => _pair.Provider.Apply(new ConsumerCountsKept(default)));
    }

    [Fact]
    public void Consumer_RestoredFromAnOldCopy_TakesItsOwnNewerUnitFromTheProvider()
    {
        ConsumerState old = Consumer.State;
        _pair.Use(2 * MB);
        SignedUnit shown = _pair.Provider.NewestPeer!;
        var restored = new ConsumerLedger(_pair.Terms, TestKeys.Domain, TestKeys.Consumer, new(), old);

        Assert.IsType<OwnUnitRecalled>(restored.Recall(shown));
        Assert.Equal(shown, restored.NewestOwn);
        Assert.Null(restored.Recall(shown));
        Assert.Null(restored.Recall(_pair.Forge(TestKeys.Provider, 99, 3 * MB)));

        restored.Count(3_000_000, Start);
        Assert.Equal(shown.Unit.Index + 1, restored.Poll(Start, 10, 0).Unit!.Unit.Index);
    }

    [Fact]
    public void UnkeptBytes_AfterARecord_StartAtZero()
    {
        Consumer.Count(10_000, Start);
        Assert.Equal(10_000UL, Consumer.UnkeptBytes);
        Consumer.KeepCounts();
        Assert.Equal(0UL, Consumer.UnkeptBytes);
    }
}
