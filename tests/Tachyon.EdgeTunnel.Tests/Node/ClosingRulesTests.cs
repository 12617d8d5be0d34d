using FsCheck;
using FsCheck.Fluent;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Settlement;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>What is decided about a close by one side, and what the evidence shown costs whom.</summary>
public sealed class ClosingRulesTests
{
    private const ulong Deadline = 10_000;

    [Theory]
    [InlineData(ChannelStatus.Active, null, typeof(ClosingStep.Rest))]
    [InlineData(ChannelStatus.Active, ForceClosePhase.Wanted, typeof(ClosingStep.Arm))]
    [InlineData(ChannelStatus.Active, ForceClosePhase.Armed, typeof(ClosingStep.Start))]
    [InlineData(ChannelStatus.Closing, null, typeof(ClosingStep.Wait))]
    [InlineData(ChannelStatus.Closing, ForceClosePhase.Wanted, typeof(ClosingStep.Arm))]
    [InlineData(ChannelStatus.Closing, ForceClosePhase.Armed, typeof(ClosingStep.Wait))]
    [InlineData(ChannelStatus.Settled, null, typeof(ClosingStep.Ended))]
    [InlineData(ChannelStatus.Settled, ForceClosePhase.Wanted, typeof(ClosingStep.Ended))]
    [InlineData(ChannelStatus.Settled, ForceClosePhase.Armed, typeof(ClosingStep.Ended))]
    [InlineData(ChannelStatus.Opened, null, typeof(ClosingStep.Rest))]
    [InlineData(ChannelStatus.Opened, ForceClosePhase.Armed, typeof(ClosingStep.Impossible))]
    [InlineData(ChannelStatus.None, ForceClosePhase.Armed, typeof(ClosingStep.Impossible))]
    [InlineData(ChannelStatus.Declined, ForceClosePhase.Wanted, typeof(ClosingStep.Impossible))]
    [InlineData(ChannelStatus.Expired, ForceClosePhase.Wanted, typeof(ClosingStep.Impossible))]
    internal void Decide_InEveryStatusAndPhase_TakesTheOneStepThatLeadsOn(ChannelStatus status, ForceClosePhase? own, Type step)
    {
        Assert.IsType(step, ClosingRules.Decide(Facts(status, own)));
    }

    [Fact]
    public void Decide_OnAClosingChannel_SettlesFromTheDeadlineOnAndNotBefore()
    {
        var facts = Facts(ChannelStatus.Closing, ForceClosePhase.Armed);

        Assert.Equal(new ClosingStep.Wait(Deadline), ClosingRules.Decide(facts with { NowSeconds = Deadline - 1 }));
        Assert.IsType<ClosingStep.Settle>(ClosingRules.Decide(facts with { NowSeconds = Deadline }));
        Assert.Equal(new ClosingStep.Wait(Deadline + 60), ClosingRules.Decide(facts with { NowSeconds = Deadline, SettleGraceSeconds = 60 }));
    }

    [Fact]
    public void Decide_PastTheDeadlineWithHigherEvidence_ShowsItBeforeAnyoneSettles()
    {
        var facts = Facts(ChannelStatus.Closing, null) with
        {
            Role = SessionRole.Provider, NowSeconds = Deadline + 1, Units = Units(2_000_000, 2_000_000),
        };

        Assert.Equal(facts.Units.Consumer, Assert.IsType<ClosingStep.Challenge>(ClosingRules.Decide(facts)).Unit);
    }

    [Fact]
    public void ToStart_WhereTheProviderDisputes_AConsumerLeavesTheBurnToIt()
    {
        var disputed = Units(10_000_000, 15_000_000);

        Assert.Null(ClosingEvidence.ToStart(SessionRole.Consumer, TestChannels.Terms(), disputed).Provider);
        Assert.Equal(disputed, ClosingEvidence.ToStart(SessionRole.Provider, TestChannels.Terms(), disputed));
        Assert.Equal(Units(7_000, 7_000), ClosingEvidence.ToStart(SessionRole.Consumer, TestChannels.Terms(), Units(7_000, 7_000)));
    }

    [Fact]
    public void ToChallenge_AProvider_IsNeverPaidLessAndAConsumerNeverChargedMore()
    {
        var bytes = Gen.Choose(0, 30_000).Select(kiloBytes => (ulong)kiloBytes * 1_000);
        var cases =
            from shownOfConsumer in bytes
            from shownOfProvider in bytes
            from consumer in bytes
            from provider in bytes
            select (View(shownOfConsumer, shownOfProvider), Units(consumer, provider));
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Arb.From(cases), ((ChannelView View, UnitsByParty Units) drawn) =>
        {
            foreach (var role in new[] { SessionRole.Consumer, SessionRole.Provider })
            {
                var before = Settle(drawn.View);
                if (ClosingEvidence.ToChallenge(role, TestChannels.Terms(), drawn.View, drawn.Units) is not { } shown)
                {
                    continue;
                }

                var view = ReferenceEquals(shown, drawn.Units.Consumer)
                    ? drawn.View with { ConsumerBytes = shown.Unit.BytesUsed }
                    : drawn.View with { ProviderBytes = shown.Unit.BytesUsed };
                var after = Settle(view);
                if (role == SessionRole.Provider ? after.Paid < before.Paid : after.Charged > before.Charged || after.Burned >= before.Burned)
                {
                    return false;
                }

                // What raises nothing, the contract refuses.
                if (view.ConsumerBytes < drawn.View.ConsumerBytes || view.ProviderBytes < drawn.View.ProviderBytes || view == drawn.View)
                {
                    return false;
                }
            }

            return true;
        }));
    }

    [Fact]
    public void ToChallenge_AProviderWhoseConsumerUnderstates_ShowsTheSignedUnitAndThenItsOwnCount()
    {
        var units = Units(20_000_000, 25_000_000);

        Assert.Equal(units.Consumer, ClosingEvidence.ToChallenge(SessionRole.Provider, TestChannels.Terms(), View(15_000_000, 0), units));
        Assert.Equal(units.Provider, ClosingEvidence.ToChallenge(SessionRole.Provider, TestChannels.Terms(), View(20_000_000, 0), units));
        Assert.Null(ClosingEvidence.ToChallenge(SessionRole.Provider, TestChannels.Terms(), View(20_000_000, 25_000_000), units));
    }

    private static SettlementOutcome Settle(ChannelView view) =>
        SettlementRules.Settle(TestChannels.Terms(), view.CapacityBytes, view.ConsumerBytes, view.ProviderBytes, view.PaidBytes);

    private static ChannelView View(ulong consumerBytes, ulong providerBytes) =>
        new(ChannelStatus.Closing, 1_000_000_000, 0, consumerBytes, providerBytes, Deadline);

    private static UnitsByParty Units(ulong consumerBytes, ulong providerBytes) => new(Unit(consumerBytes), Unit(providerBytes));

    private static SignedUnit? Unit(ulong bytes)
    {
        var terms = TestChannels.Terms();
        return bytes == 0 ? null : new SignedUnit(
            new UsageUnit(terms.ChannelId(TestChannels.Domain), 1, bytes, terms.Consumer, terms.Provider, 1, Bytes32.Zero), default(Signature));
    }

    private static ClosingFacts Facts(ChannelStatus status, ForceClosePhase? own) => new()
    {
        Own = own is { } phase
            ? new ForceCloseRecord { ChannelId = TestChannels.Record().ChannelId, Phase = phase, Route = CloseRoute.Automatic, WantedAtMs = 1 }
            : null,
        Role = SessionRole.Consumer,
        Terms = TestChannels.Terms(),
        View = View(1_000_000, 1_000_000) with { Status = status },
        Units = Units(1_000_000, 1_000_000),
        NowSeconds = Deadline - 5_000,
        SettleGraceSeconds = 0,
    };
}
