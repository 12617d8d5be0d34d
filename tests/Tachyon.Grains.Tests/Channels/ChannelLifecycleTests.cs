using Tachyon.Grains.Channels;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>Every event and every command in every phase, at the grain: what the table says, written down a second time.</summary>
public sealed class ChannelLifecycleTests : IAsyncLifetime
{
    private static readonly Dictionary<ChannelPhase, Dictionary<ChannelChainEventKind, ChannelPhase>> Events = new()
    {
        [ChannelPhase.None] = new() { [ChannelChainEventKind.Opened] = ChannelPhase.Opened },
        [ChannelPhase.Opened] = new()
        {
            [ChannelChainEventKind.Confirmed] = ChannelPhase.Active,
            [ChannelChainEventKind.Declined] = ChannelPhase.Declined,
            [ChannelChainEventKind.Expired] = ChannelPhase.Expired,
            [ChannelChainEventKind.ToppedUp] = ChannelPhase.Opened,
        },
        [ChannelPhase.Active] = new()
        {
            [ChannelChainEventKind.ToppedUp] = ChannelPhase.Active,
            [ChannelChainEventKind.Claimed] = ChannelPhase.Active,
            [ChannelChainEventKind.Closing] = ChannelPhase.Closing,
            [ChannelChainEventKind.Closed] = ChannelPhase.Settled,
        },
        [ChannelPhase.Closing] = new()
        {
            [ChannelChainEventKind.Challenged] = ChannelPhase.Closing,
            [ChannelChainEventKind.Settled] = ChannelPhase.Settled,
            [ChannelChainEventKind.Closed] = ChannelPhase.Settled,
        },
        [ChannelPhase.Settled] = [],
        [ChannelPhase.Declined] = [],
        [ChannelPhase.Expired] = [],
    };

    private static readonly Dictionary<ChannelPhase, ChannelCommand[]> Commands = new()
    {
        [ChannelPhase.None] = [],
        [ChannelPhase.Opened] = [ChannelCommand.SubmitUnits, ChannelCommand.Confirm, ChannelCommand.Decline],
        [ChannelPhase.Active] = [ChannelCommand.SubmitUnits, ChannelCommand.SubmitClosure, ChannelCommand.RequestClose],
        [ChannelPhase.Closing] = [ChannelCommand.SubmitUnits, ChannelCommand.SubmitClosure],
        [ChannelPhase.Settled] = [],
        [ChannelPhase.Declined] = [],
        [ChannelPhase.Expired] = [],
    };

    private static readonly Dictionary<ChannelPhase, ChannelChainEventKind[]> WaysTo = new()
    {
        [ChannelPhase.None] = [],
        [ChannelPhase.Opened] = [ChannelChainEventKind.Opened],
        [ChannelPhase.Active] = [ChannelChainEventKind.Opened, ChannelChainEventKind.Confirmed],
        [ChannelPhase.Closing] = [ChannelChainEventKind.Opened, ChannelChainEventKind.Confirmed, ChannelChainEventKind.Closing],
        [ChannelPhase.Settled] =
        [
            ChannelChainEventKind.Opened, ChannelChainEventKind.Confirmed, ChannelChainEventKind.Closing, ChannelChainEventKind.Settled,
        ],
        [ChannelPhase.Declined] = [ChannelChainEventKind.Opened, ChannelChainEventKind.Declined],
        [ChannelPhase.Expired] = [ChannelChainEventKind.Opened, ChannelChainEventKind.Expired],
    };

    private GrainCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await GrainCluster.Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task EveryEvent_InEveryPhase_MovesTheGrainWhereTheContractDoes_OrChangesNothing()
    {
        foreach (ChannelPhase phase in Enum.GetValues<ChannelPhase>())
        {
            foreach (ChannelChainEventKind kind in Enum.GetValues<ChannelChainEventKind>())
            {
                Stage stage = await Reach(phase);
                ChannelView? before = await stage.Channel.View();

                ObserveResult result = await stage.Observe(kind);

                ChannelView? after = await stage.Channel.View();
                string moment = $"{kind} in {phase}";
                if (Events[phase].TryGetValue(kind, out ChannelPhase to))
                {
                    Assert.True(result == ObserveResult.Applied && after?.Phase == to, $"{moment}: {result}, {after?.Phase}");
                }
                else
                {
                    Assert.True(result == ObserveResult.HistoryNeeded, $"{moment}: {result}");
                    Assert.Equal(before is null ? null : before with { Operations = [] }, after is null ? null : after with { Operations = [] });
                }
            }
        }
    }

    [Fact]
    public async Task EveryCommand_InEveryPhase_IsTakenExactlyWhereTheTableAllowsIt()
    {
        foreach (ChannelPhase phase in Enum.GetValues<ChannelPhase>())
        {
            foreach (ChannelCommand command in Enum.GetValues<ChannelCommand>())
            {
                Stage stage = await Reach(phase);
                string expected = Commands[phase].Contains(command) ? nameof(UnitRefusal.None)
                    : phase == ChannelPhase.None ? nameof(UnitRefusal.UnknownChannel)
                    : nameof(UnitRefusal.WrongPhase);

                string actual = await stage.Ask(command);

                Assert.True(expected == actual, $"{command} in {phase}: {actual}");
                if (actual != nameof(UnitRefusal.None))
                {
                    Assert.Equal(ChannelEvidence.Empty, await stage.Channel.Evidence());
                }
            }
        }
    }

    [Fact]
    public void OverPhases_HaveNoWayOut_AndNothingToDoOnChain() => Assert.All(
        [ChannelPhase.Settled, ChannelPhase.Declined, ChannelPhase.Expired],
        phase =>
        {
            Assert.True(ChannelLifecycle.IsOver(phase));
            Assert.Empty(ChannelLifecycle.OperationsIn(phase));
        });

    [Fact]
    public async Task ChannelOpenedWithAnAcceptance_IsAnnouncedTwice_AndActive()
    {
        Stage stage = await Reach(ChannelPhase.None);

        await stage.Channel.ObserveChain(new ChannelEventBatch
        {
            Events =
            [
                ChainEvents.Of(ChannelChainEventKind.Opened, terms: stage.Terms) with { ConfirmBeforeSeconds = 0 },
                ChainEvents.Of(ChannelChainEventKind.Confirmed) with { LogIndex = 1 },
            ],
            UpToBlock = 1,
        });

        Assert.Equal(ChannelPhase.Active, (await stage.Channel.View())?.Phase);
    }

    private async Task<Stage> Reach(ChannelPhase phase)
    {
        var stage = new Stage(_cluster);
        foreach (ChannelChainEventKind kind in WaysTo[phase])
        {
            Assert.Equal(ObserveResult.Applied, await stage.Observe(kind));
        }

        return stage;
    }

    /// <summary>One channel with parties of its own.</summary>
    private sealed class Stage
    {
        private readonly GrainCluster _cluster;
        private readonly Party _consumer;
        private readonly Party _provider;
        private readonly ChannelId _id;
        private ulong _block;

        public Stage(GrainCluster cluster)
        {
            _cluster = cluster;
            _consumer = cluster.NewParty();
            _provider = cluster.NewParty();
            Terms = cluster.NewTerms(_consumer, _provider);
            _id = Terms.ChannelId(cluster.Chain.Domain);
        }

        public Terms Terms { get; }

        public IChannelGrain Channel => _cluster.Grains.Channel(_id);

        public Task<ObserveResult> Observe(ChannelChainEventKind kind)
        {
            ulong bytes = kind switch
            {
                ChannelChainEventKind.ToppedUp => Terms.CapacityBytes + 1_000,
                ChannelChainEventKind.Claimed or ChannelChainEventKind.Closing => 1_000_000,
                _ => 2_000_000,
            };
            _block++;
            return Channel.ObserveChain(new ChannelEventBatch { Events = [ChainEvents.Of(kind, _block, Terms, bytes)], UpToBlock = _block });
        }

        /// <summary>Asks it, and gives the name of the refusal.</summary>
        public async Task<string> Ask(ChannelCommand command)
        {
            ulong soon = _cluster.Clock.NowSeconds + 3_600;
            IProviderGrain provider = _cluster.Grains.Provider(_provider.Address);
            return command switch
            {
                ChannelCommand.SubmitUnits => $"{(await Channel.SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(Terms, 1, 1_000)] })).Refusal}",
                ChannelCommand.SubmitClosure => $"{(await Channel.SubmitClosure(_consumer.Closure(Terms, 1_000_000, soon))).Refusal}",
                ChannelCommand.RequestClose => $"{(await Channel.RequestClose(_consumer.Close(_id, soon))).Refusal}",
                ChannelCommand.Confirm => $"{(await provider.Confirm(_provider.Confirm(_id, soon))).Refusal}",
                ChannelCommand.Decline => $"{(await provider.Decline(_provider.Decline(_id, soon), RelayRefusal.None)).Refusal}",
                _ => throw new ArgumentOutOfRangeException(nameof(command), command, "A command that this test does not know."),
            };
        }
    }
}
