using Tachyon.Grains.Channels;

namespace Tachyon.Grains.Tests.Channels;

public sealed class ChannelLifecycleTests
{
    private static readonly Dictionary<ChannelPhase, ChannelChainEventKind[]> Possible = new()
    {
        [ChannelPhase.None] = [ChannelChainEventKind.Opened],
        [ChannelPhase.Opened] =
        [
            ChannelChainEventKind.Confirmed, ChannelChainEventKind.Declined, ChannelChainEventKind.Expired, ChannelChainEventKind.ToppedUp,
        ],
        [ChannelPhase.Active] =
        [
            ChannelChainEventKind.ToppedUp, ChannelChainEventKind.Claimed, ChannelChainEventKind.Closing, ChannelChainEventKind.Closed,
        ],
        [ChannelPhase.Closing] = [ChannelChainEventKind.Challenged, ChannelChainEventKind.Settled, ChannelChainEventKind.Closed],
        [ChannelPhase.Settled] = [],
        [ChannelPhase.Declined] = [],
        [ChannelPhase.Expired] = [],
    };

    [Fact]
    public void EveryEvent_InEveryPhase_IsPossibleExactlyWhereTheContractEmitsIt()
    {
        foreach (ChannelPhase phase in Enum.GetValues<ChannelPhase>())
        {
            foreach (ChannelChainEventKind kind in Enum.GetValues<ChannelChainEventKind>())
            {
                bool possible = ChannelLifecycle.Next(phase, Event(kind)) is not null;
                Assert.True(possible == Possible[phase].Contains(kind), $"{kind} in {phase}");
            }
        }
    }

    [Fact]
    public void OverPhases_HaveNoWayOut() => Assert.All(
        Enum.GetValues<ChannelPhase>().Where(ChannelLifecycle.IsOver), phase => Assert.Empty(Possible[phase]));

    [Fact]
    public void ChannelOpenedWithAnAcceptance_IsAnnouncedTwice_AndActive()
    {
        var terms = new Terms(default, default, 1_000, new TokenAmount(1), 0, ChannelKind.Direct, default);
        ChannelRecord? record = ChannelHistory.Apply(new ChannelRecord(), new ChannelEventBatch
        {
            Events =
            [
                Event(ChannelChainEventKind.Opened) with { ConfirmBeforeSeconds = 0, Terms = terms },
                Event(ChannelChainEventKind.Confirmed) with { LogIndex = 1 },
            ],
        });
        Assert.Equal(ChannelPhase.Active, record?.Phase);
    }

    [Fact]
    public void EveryCommand_InEveryPhase_IsDecided()
    {
        foreach (ChannelPhase phase in Enum.GetValues<ChannelPhase>())
        {
            bool live = phase is ChannelPhase.Active or ChannelPhase.Closing;
            Assert.Equal(live || phase == ChannelPhase.Opened, ChannelLifecycle.Allows(phase, ChannelCommand.SubmitUnits));
            Assert.Equal(live, ChannelLifecycle.Allows(phase, ChannelCommand.SubmitClosure));
            Assert.Equal(phase == ChannelPhase.Active, ChannelLifecycle.Allows(phase, ChannelCommand.RequestClose));
            Assert.Equal(phase == ChannelPhase.Opened, ChannelLifecycle.Allows(phase, ChannelCommand.Confirm));
            Assert.Equal(phase == ChannelPhase.Opened, ChannelLifecycle.Allows(phase, ChannelCommand.Decline));
        }
    }

    private static ChannelChainEvent Event(ChannelChainEventKind kind) =>
        new() { Kind = kind, BlockNumber = 1, LogIndex = 0, ConfirmBeforeSeconds = 1 };
}
