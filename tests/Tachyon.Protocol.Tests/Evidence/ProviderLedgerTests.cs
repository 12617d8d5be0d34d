using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Evidence.LedgerPair;

namespace Tachyon.Protocol.Tests.Evidence;

public class ProviderLedgerTests
{
    private readonly LedgerPair _pair = new();

    private ProviderLedger Provider => _pair.Provider;

    [Fact]
    public void Credit_BeforeAnythingIsAgreed_Is256KB()
    {
        var pair = new LedgerPair(tolerancePpm: 0);
        Assert.Equal(256_000UL, pair.Provider.ForwardableBytes);
        Assert.Equal(PayloadDecision.Forward, pair.Provider.TryForward(256_000, Start));
        Assert.Equal(PayloadDecision.PausedForCredit, pair.Provider.TryForward(1, Start));
        Assert.Equal(256_000UL, pair.Provider.OwnCountBytes);
        Assert.True(pair.Provider.IsPaused);
    }

    [Theory]
    [InlineData(0, 256_000)]
    [InlineData(255_000, 256_000)]
    [InlineData(300_000, 300_000)]
    [InlineData(4_999_000, 4_999_000)]
    [InlineData(9_000_000, 5_000_000)]
    public void Credit_WithSomethingAgreed_GrowsWithItUpToOneCheckpoint(ulong agreedBytes, ulong creditBytes)
    {
        if (agreedBytes > 0)
        {
            Assert.Equal(PeerUnitKind.Agreed, Provider.Receive(_pair.Forge(TestKeys.Consumer, 1, agreedBytes), Start).Kind);
        }

        Assert.Equal(creditBytes, Provider.CreditBytes);
    }

    [Fact]
    public void Provider_PausedForThirtySeconds_Leaves()
    {
        Provider.TryForward(256_000, Start);
        Provider.TryForward(60_000, Start);
        Assert.Equal(LeaveReason.None, Provider.CheckLeave(Start + 29_999));
        Assert.Equal(LeaveReason.TooMuchMissing, Provider.CheckLeave(Start + 30_000));
        Provider.StartSession();
        Assert.Equal(LeaveReason.None, Provider.CheckLeave(Start + 30_000));
    }

    [Fact]
    public void Provider_BeyondItsCredit_WritesOffOneAllowancePerCheckpointAtMost()
    {
        Provider.TryForward(256_000, Start);
        Assert.Equal(PayloadDecision.Forward, Provider.TryForward(30_000, Start));
        Assert.Equal(30_000UL, Provider.WrittenOffBytes);
        Assert.Equal(256_000UL, Provider.StatedBytes);
        Assert.Equal(PayloadDecision.PausedForCredit, Provider.TryForward(20_001, Start));
        Assert.Equal(PayloadDecision.Forward, Provider.TryForward(20_000, Start));
        Assert.Equal(PayloadDecision.PausedForCredit, Provider.TryForward(1, Start));
        Assert.Equal(256_000L, Provider.MissingBytes);
    }

    [Fact]
    public void Allowance_UsedUpInOneCheckpoint_IsWholeAgainInTheNext()
    {
        Provider.TryForward(256_000, Start);
        Provider.TryForward(50_000, Start); // lost for good, like the 256 KB before it
        Provider.Receive(_pair.Forge(TestKeys.Consumer, 1, 6 * MB), Start);
        ulong room = 6 * MB - 306_000 + 5 * MB; // signed ahead, and the credit
        Assert.Equal(PayloadDecision.Forward, Provider.TryForward((int)room, Start));
        Assert.Equal(PayloadDecision.Forward, Provider.TryForward(50_000, Start));
        Assert.Equal(PayloadDecision.PausedForCredit, Provider.TryForward(1, Start));
    }

    [Fact]
    public void WriteOffs_ThatTheConsumerSignsForAfterAll_AreUndone()
    {
        Provider.TryForward(256_000, Start);
        Provider.TryForward(50_000, Start);
        Assert.Equal(50_000UL, Provider.WrittenOffBytes);
        Provider.Receive(_pair.Forge(TestKeys.Consumer, 1, 290_000), Start);
        Assert.Equal(16_000UL, Provider.WrittenOffBytes);
        Assert.Equal(0L, Provider.MissingBytes);
    }

    [Fact]
    public void WriteOffs_AtACheckpoint_AreWhatStayedMissingWithinItsAllowance()
    {
        _pair.Use(2 * MB);
        _pair.Settle();
        Provider.TryForward(40_000, Start); // lost on the way: the consumer never counts it
        _pair.Use(2 * MB);
        _pair.Settle();
        Assert.Equal(40_000L, Provider.MissingBytes);
        _pair.Use(10 * MB);
        _pair.Settle();
        Assert.Equal(40_000UL, Provider.WrittenOffBytes);
        Assert.Equal(0L, Provider.MissingBytes);
    }

    [Fact]
    public void WriteOffs_OverManyCheckpoints_NeverExceedTheToleranceOfWhatWasSigned()
    {
        // A consumer that understates by 2 % where 1 % was accepted runs out of credit; the rest is the accepted loss.
        SignedUnit? last = null;
        ulong index = 0;
        while (Provider.TryForward(10_000, Start) == PayloadDecision.Forward)
        {
            ulong claimed = Provider.OwnCountBytes / 1_000 * 98 / 100 * 1_000;
            if (claimed > (last?.Unit.BytesUsed ?? 0))
            {
                last = _pair.Forge(TestKeys.Consumer, ++index, claimed, Provider.NewestOwn?.Unit.StructHash() ?? default);
                Assert.Equal(PeerUnitKind.Agreed, Provider.Receive(last, Start).Kind);
            }
        }

        ulong signed = last!.Unit.BytesUsed;
        ulong unpaid = Provider.OwnCountBytes - signed;
        ulong allowances = ((signed / (5 * MB)) + 1) * 50_000;
        Assert.True(unpaid <= (5 * MB) + allowances, $"{unpaid} unpaid, {signed} signed");
        Assert.True(signed > 100 * MB);
    }

    [Fact]
    public void Answer_ToAHigherIndex_AgreesAlsoWhenTheOwnCountIsLower()
    {
        PeerUnitOutcome outcome = Provider.Receive(_pair.Forge(TestKeys.Consumer, 1, 3 * MB), Start);
        Assert.Equal(PeerUnitKind.Agreed, outcome.Kind);
        UsageUnit answer = outcome.Answer!.Unit;
        Assert.Equal(3 * MB, answer.BytesUsed);
        Assert.Equal(1UL, answer.Index);
        Assert.Equal(_pair.Forge(TestKeys.Consumer, 1, 3 * MB).Unit.StructHash(), answer.CounterUnit);
        Assert.IsType<ConsumerUnitAnswered>(outcome.Record);
        Assert.Equal(SignatureFault.None, outcome.Answer.CheckSignature(new(), TestKeys.Domain, TestKeys.Provider.Address));
    }

    [Fact]
    public void Answer_ToAnOlderOrRepeatedUnit_IsTheNewestUnchanged()
    {
        SignedUnit first = _pair.Forge(TestKeys.Consumer, 1, 1 * MB);
        SignedUnit second = _pair.Forge(TestKeys.Consumer, 2, 2 * MB);
        Provider.Receive(first, Start);
        SignedUnit answer = Provider.Receive(second, Start).Answer!;
        foreach (SignedUnit again in new[] { first, second, first })
        {
            PeerUnitOutcome outcome = Provider.Receive(again, Start + 5_000);
            Assert.Equal(PeerUnitKind.Repeated, outcome.Kind);
            Assert.Same(answer, outcome.Answer);
            Assert.Null(outcome.Record);
        }
    }

    [Theory]
    [InlineData(5_000_000, PeerUnitKind.Agreed)]
    [InlineData(5_000_001, PeerUnitKind.Disputed)]
    public void Answer_WithMoreThanOneCheckpointMissing_IsADisputeOfTheOwnCountLessWriteOffs(ulong missing, PeerUnitKind expected)
    {
        // Its own rules keep a provider from serving so far; a stored state can still say so.
        ProviderState state = Provider.State with { Counts = new ProviderCounts(20_700_000 + missing, 700_000, 3, 0, 0) };
        state = state with { Chain = state.Chain with { Peer = _pair.Forge(TestKeys.Consumer, 1, 19 * MB) } };
        var provider = new ProviderLedger(_pair.Terms, TestKeys.Domain, TestKeys.Provider, new(), state);

        PeerUnitOutcome outcome = provider.Receive(_pair.Forge(TestKeys.Consumer, 2, 19_999_000), Start);
        Assert.Equal(PeerUnitKind.Disputed, outcome.Kind);

        outcome = new ProviderLedger(_pair.Terms, TestKeys.Domain, TestKeys.Provider, new(), state with
        {
            Counts = state.Counts with { OwnCountBytes = 19_999_000 + 700_000 + missing },
        }).Receive(_pair.Forge(TestKeys.Consumer, 2, 19_999_000), Start);
        Assert.Equal(expected, outcome.Kind);
        Assert.Equal(expected == PeerUnitKind.Agreed ? 19_999_000UL : 25_000_000UL, outcome.Answer!.Unit.BytesUsed);
    }

    [Fact]
    public void Dispute_OnceSigned_IsTheLastUnitAndEndsServing()
    {
        ProviderState state = Provider.State with { Counts = new ProviderCounts(7_000_500, 0, 0, 0, 0) };
        var provider = new ProviderLedger(_pair.Terms, TestKeys.Domain, TestKeys.Provider, new(), state);
        PeerUnitOutcome dispute = provider.Receive(_pair.Forge(TestKeys.Consumer, 1, 1_000), Start);

        Assert.Equal(7_001_000UL, dispute.Answer!.Unit.BytesUsed); // free of the crossing rules, rounded up once
        Assert.True(dispute.Answer.Unit.CounterUnit.IsZero); // it would not countersign that
        Assert.Equal(LedgerPhase.Disputed, provider.Phase);
        Assert.Equal(PayloadDecision.Ended, provider.TryForward(1, Start));
        Assert.Equal(UnitFault.ChannelEnded, provider.Receive(_pair.Forge(TestKeys.Consumer, 2, 2_000), Start).Fault);
        Assert.Equal(0UL, provider.ForwardableBytes);
        Assert.Equal(ClosureFault.None, provider.SignClosure(1_000, Start / 1_000, Start).Fault);
    }

    [Fact]
    public void ConsumerUnit_WithEachFault_IsRefusedByNameAndChangesNothing()
    {
        _pair.Use(2 * MB);
        _pair.Settle();
        ProviderState before = Provider.State;
        Bytes32 counter = Provider.NewestOwn!.Unit.StructHash();
        ulong newest = Provider.NewestPeer!.Unit.Index;
        SignedUnit good = _pair.Forge(TestKeys.Consumer, 100, 3 * MB, counter);
        UsageUnit unit = good.Unit;

        SignedUnit Resigned(UsageUnit changed) => SignedUnit.Sign(changed, TestKeys.Consumer, TestKeys.Domain);
        (SignedUnit Unit, UnitFault Fault)[] cases =
        [
            (Resigned(unit with { ChannelId = new ChannelId(counter) }), UnitFault.WrongChannel),
            (Resigned(unit with { Consumer = TestKeys.Stranger.Address }), UnitFault.WrongParties),
            (Resigned(unit with { Provider = TestKeys.Stranger.Address }), UnitFault.WrongParties),
            (Resigned(unit with { Index = 0 }), UnitFault.IndexZero),
            (Resigned(unit with { BytesUsed = (3 * MB) + 1 }), UnitFault.NotWholeKB),
            (Resigned(unit with { BytesUsed = 1_000_001_000 }), UnitFault.AboveCapacity),
            (Resigned(unit with { TimestampMs = Start + 60_001 }), UnitFault.TimestampAhead),
            (Resigned(unit with { TimestampMs = ulong.MaxValue }), UnitFault.TimestampAhead),
            (_pair.Forge(TestKeys.Stranger, 100, 3 * MB, counter), UnitFault.BadSignature),
            (good with { Signature = default }, UnitFault.BadSignature),
            (Resigned(unit with { Index = newest + 1, BytesUsed = 10 * MB }), UnitFault.CrossesTwoCheckpoints),
            (Resigned(unit with { CounterUnit = unit.ChannelId.Value }), UnitFault.CounterUnitUnknown),
        ];
        foreach ((SignedUnit bad, UnitFault fault) in cases)
        {
            PeerUnitOutcome outcome = Provider.Receive(bad, Start);
            Assert.Equal((PeerUnitKind.Refused, fault), (outcome.Kind, outcome.Fault));
            Assert.Null(outcome.Record);
        }

        Assert.Equal(LedgerStateCodec.Encode(before), LedgerStateCodec.Encode(Provider.State));
        Assert.Equal(
            PeerUnitKind.Agreed, Provider.Receive(Resigned(unit with { TimestampMs = Start + 60_000 }), Start).Kind);
    }

    [Fact]
    public void ConsumerUnit_CrossingACheckpointOnAnOldCounterUnit_IsRefused()
    {
        _pair.Use(4 * MB);
        _pair.Settle();
        Bytes32 old = Provider.NewestOwn!.Unit.StructHash();
        ulong index = Provider.NewestPeer!.Unit.Index;
        Assert.Equal(
            PeerUnitKind.Agreed, Provider.Receive(_pair.Forge(TestKeys.Consumer, index + 1, 6 * MB, old), Start).Kind);
        Assert.Equal(
            PeerUnitKind.Agreed, Provider.Receive(_pair.Forge(TestKeys.Consumer, index + 2, 11 * MB, old), Start).Kind);
        PeerUnitOutcome outcome = Provider.Receive(_pair.Forge(TestKeys.Consumer, index + 3, 16 * MB, old), Start);
        Assert.Equal(UnitFault.CounterUnitTooLow, outcome.Fault);
        Assert.Same(Provider.NewestOwn, outcome.Answer); // so that the consumer can name a newer one

        Bytes32 newest = Provider.NewestOwn!.Unit.StructHash();
        Assert.Equal(
            PeerUnitKind.Agreed, Provider.Receive(_pair.Forge(TestKeys.Consumer, index + 4, 16 * MB, newest), Start).Kind);
    }

    [Fact]
    public void ConsumerUnit_NamingAnOlderUnitThanBefore_IsRefused()
    {
        SignedUnit first = Provider.Receive(_pair.Forge(TestKeys.Consumer, 1, 1_000), Start).Answer!;
        SignedUnit second = Provider.Receive(_pair.Forge(TestKeys.Consumer, 2, 2_000, first.Unit.StructHash()), Start).Answer!;
        Provider.Receive(_pair.Forge(TestKeys.Consumer, 3, 3_000, second.Unit.StructHash()), Start);

        SignedUnit older = _pair.Forge(TestKeys.Consumer, 4, 4_000, first.Unit.StructHash());
        Assert.Equal(UnitFault.CounterUnitUnknown, Provider.Receive(older, Start).Fault);
        SignedUnit none = _pair.Forge(TestKeys.Consumer, 4, 4_000);
        Assert.Equal(UnitFault.CounterUnitUnknown, Provider.Receive(none, Start).Fault);
    }

    [Fact]
    public void Timestamp_AfterTheClockWasSetBack_StaysAtThatOfTheNamedUnit()
    {
        SignedUnit first = Provider.Receive(_pair.Forge(TestKeys.Consumer, 1, 1_000), Start).Answer!;
        SignedUnit named = _pair.Forge(TestKeys.Consumer, 2, 2_000, first.Unit.StructHash(), Start - 50_000);
        Assert.Equal(Start, Provider.Receive(named, Start - 50_000).Answer!.Unit.TimestampMs);
    }

    [Theory]
    [InlineData(1, 2_000, ContradictionKind.SameIndexTwoContents)]
    [InlineData(2, 999_000, ContradictionKind.HigherIndexFewerBytes)]
    public void ConsumerUnit_ContradictingAnEarlierOne_IsProvenAndEndsTheChannel(ulong index, ulong bytes, ContradictionKind kind)
    {
        Provider.Receive(_pair.Forge(TestKeys.Consumer, 1, 1 * MB), Start);
        PeerUnitOutcome outcome = Provider.Receive(_pair.Forge(TestKeys.Consumer, index, bytes), Start);

        Assert.Equal(PeerUnitKind.Contradiction, outcome.Kind);
        Assert.Equal(kind, outcome.Contradiction!.Kind);
        Assert.True(outcome.Contradiction.Proves(TestKeys.Consumer.Address, new(), TestKeys.Domain));
        Assert.False(outcome.Contradiction.Proves(TestKeys.Provider.Address, new(), TestKeys.Domain));
        Assert.IsType<ContradictionFound>(outcome.Record);
        Assert.Equal(PayloadDecision.Ended, Provider.TryForward(1, Start));
        Assert.Equal(1 * MB, Provider.NewestPeer!.Unit.BytesUsed);
    }

    [Fact]
    public void Contradiction_MadeUpFromHonestUnits_ProvesNothing()
    {
        SignedUnit first = _pair.Forge(TestKeys.Consumer, 1, 1_000);
        SignedUnit second = _pair.Forge(TestKeys.Consumer, 2, 2_000);
        Assert.Null(Contradiction.Between(second, first));
        Assert.Null(Contradiction.Between(first, first));
        foreach (ContradictionKind kind in Enum.GetValues<ContradictionKind>())
        {
            Assert.False(new Contradiction(kind, first, second).Proves(TestKeys.Consumer.Address, new(), TestKeys.Domain));
            Assert.False(new Contradiction(kind, second, first).Proves(TestKeys.Consumer.Address, new(), TestKeys.Domain));
        }
    }

    [Fact]
    public void Capacity_UsedUp_StopsForwardingUntilATopUpIsSeen()
    {
        var pair = new LedgerPair(capacityBytes: 100_000);
        Assert.Equal(PayloadDecision.Forward, pair.Provider.TryForward(100_000, Start));
        Assert.Equal(PayloadDecision.AtCapacity, pair.Provider.TryForward(1, Start));
        Assert.Null(pair.Provider.RaiseCapacity(100_000));
        Assert.NotNull(pair.Provider.RaiseCapacity(200_000));
        Assert.Equal(PayloadDecision.Forward, pair.Provider.TryForward(1, Start));
    }

    [Fact]
    public void Capacity_AfterAWriteOff_StopsForwardingAtTheByteAllTheSame()
    {
        var pair = new LedgerPair(capacityBytes: 400_000);
        Assert.Equal(PayloadDecision.Forward, pair.Provider.TryForward(256_000, Start));
        Assert.Equal(PayloadDecision.Forward, pair.Provider.TryForward(5_000, Start)); // out of the allowance
        Assert.Equal(5_000ul, pair.Provider.WrittenOffBytes);
        pair.Consumer.Count(200_000, Start);
        pair.Settle();

        Assert.Equal(139_000ul, pair.Provider.ForwardableBytes);
        Assert.Equal(PayloadDecision.AtCapacity, pair.Provider.TryForward(139_001, Start));
        Assert.Equal(PayloadDecision.Forward, pair.Provider.TryForward(139_000, Start));
        Assert.Equal(PayloadDecision.AtCapacity, pair.Provider.TryForward(1, Start));
        Assert.Equal(400_000ul, pair.Provider.OwnCountBytes);
    }

    [Fact]
    public void Closure_AfterSigningAhead_GivesBackWhatWasNotUsed()
    {
        _pair.Use(10 * MB);
        _pair.Consumer.WantUnit();
        _pair.Exchange(signAheadBytes: 3 * MB);
        Assert.True(Provider.NewestPeer!.Unit.BytesUsed > 10 * MB);
        ulong now = Start / 1_000;

        Assert.Equal(ClosureFault.BelowOwnCount, Provider.SignClosure((10 * MB) - 1_000, now, Start).Fault);
        Assert.Equal(ClosureFault.None, Provider.SignClosure(10 * MB, now, Start).Fault);
    }

    [Fact]
    public void Closure_BelowWhatWasUsedAndSigned_IsNotSigned()
    {
        _pair.Use(2 * MB);
        _pair.Settle();
        ulong now = Start / 1_000;
        Assert.Equal(ClosureFault.BelowOwnCount, Provider.SignClosure(1_999_000, now, Start).Fault);
        ClosureOutcome signed = Provider.SignClosure(2 * MB, now, Start);
        Assert.Equal(
            SignatureFault.None,
            new SignatureVerifier().Verify(
                signed.Closure!.Closure, TestKeys.Domain, signed.Closure.Signature, TestKeys.Provider.Address));
        Assert.Equal(PayloadDecision.Ended, Provider.TryForward(1, Start));
        SignedUnit late = _pair.Forge(TestKeys.Consumer, 99, 3 * MB, Provider.NewestOwn!.Unit.StructHash());
        Assert.Equal(UnitFault.ChannelEnded, Provider.Receive(late, Start).Fault);
    }

    [Theory]
    [InlineData(0, 1_000, true)]
    [InlineData(0, 1_001, false)]
    [InlineData(10_000, 50_000, true)]
    [InlineData(10_000, 50_001, false)]
    public void OrderlyEnd_DependsOnTheAllowanceAndAtLeastOneKB(uint tolerancePpm, int unsigned, bool orderly)
    {
        var pair = new LedgerPair(tolerancePpm);
        pair.Provider.TryForward(unsigned, Start);
        Assert.Equal(orderly, pair.Provider.IsOrderlyEnd);
    }

    [Fact]
    public void Provider_RestoredFromAnOldCopy_TakesItsOwnNewerUnitFromTheConsumer()
    {
        ProviderState old = Provider.State;
        _pair.Use(2 * MB);
        var restored = new ProviderLedger(_pair.Terms, TestKeys.Domain, TestKeys.Provider, new(), old);
        Assert.NotNull(restored.Recall(_pair.Consumer.NewestPeer!));

        SignedUnit next = _pair.Forge(
            TestKeys.Consumer, 999, 2 * MB, _pair.Consumer.NewestPeer!.Unit.StructHash());
        Assert.Equal(_pair.Consumer.NewestPeer.Unit.Index + 1, restored.Receive(next, Start).Answer!.Unit.Index);
    }
}
