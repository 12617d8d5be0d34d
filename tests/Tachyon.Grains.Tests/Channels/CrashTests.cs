using FsCheck;
using FsCheck.Fluent;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>
/// Units, closures and events from the chain in any order, with storage that fails before or after writing and activations
/// that end, at the grain itself: nothing acknowledged is lost, evidence never falls, and what is asked for on chain is the
/// same after a crash as before it.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start(options => options.OutboxMaxQueued = 100_000);

        // What channels ask for stays as they asked for it, and no event comes but those of the test.
        _cluster.Chain.Faults.Down = true;
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public void Channel_WhateverHappensInWhateverOrder_LosesNothing() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(25),
        Prop.ForAll(
            Gen.ArrayOf(Gen.Zip(Gen.Elements(Enum.GetValues<Step>()), Gen.Choose(1, 40)), 30).ToArbitrary(),
            steps =>
            {
                Task.Run(() => Run(steps)).GetAwaiter().GetResult();
                return true;
            }));

    private async Task Run((Step Step, int Size)[] steps)
    {
        var run = new Channel(_cluster);
        await run.Begin();
        try
        {
            foreach ((Step step, int size) in steps)
            {
                await run.Take(step, (ulong)size);
                await run.Compare();
            }
        }
        finally
        {
            _cluster.Faults.FailBeforeWriting("channel", count: 0);
            _cluster.Faults.FailReads(false);
        }
    }

    private enum Step
    {
        ConsumerUnit,
        ProviderUnit,
        BothUnits,
        ConsumerClosure,
        ProviderClosure,
        TopUp,
        Claim,
        Close,
        Challenge,
        FailBeforeWriting,
        FailAfterWriting,
        EndActivation,
    }

    /// <summary>One channel, and what must be true of it.</summary>
    private sealed class Channel
    {
        private readonly GrainCluster _cluster;
        private readonly Party _consumer;
        private readonly Party _provider;
        private readonly Terms _terms;
        private readonly ChannelId _id;
        private readonly ulong _validUntil;
        private readonly List<ChannelChainEvent> _events = [];
        private ChannelPhase _phase;
        private ulong _index;
        private ulong _capacityBytes;
        private ulong _consumerBytes;
        private ulong _providerBytes;
        private ulong _claimedBytes;
        private ulong _shownBytes;
        private SignedClosure? _pair;
        private ChannelEvidence _seen = ChannelEvidence.Empty;

        public Channel(GrainCluster cluster)
        {
            _cluster = cluster;
            _consumer = cluster.NewParty();
            _provider = cluster.NewParty();
            _terms = cluster.NewTerms(_consumer, _provider);
            _id = _terms.ChannelId(cluster.Chain.Domain);
            _capacityBytes = _terms.CapacityBytes;
            _validUntil = cluster.Clock.NowSeconds + 3_600;
        }

        private IChannelGrain Grain => _cluster.Grains.Channel(_id);

        public async Task Begin()
        {
            await Observe(ChannelChainEventKind.Opened, ChannelPhase.Opened);
            await Observe(ChannelChainEventKind.Confirmed, ChannelPhase.Active);
        }

        public async Task Take(Step step, ulong size)
        {
            switch (step)
            {
                case Step.ConsumerUnit:
                    await SubmitUnits(_consumerBytes + (size * 1_000), null);
                    break;
                case Step.ProviderUnit:
                    await SubmitUnits(null, _providerBytes + (size * 1_000));
                    break;
                case Step.BothUnits:
                    await SubmitUnits(_consumerBytes + (size * 1_000), _providerBytes + (size * 1_000));
                    break;
                case Step.ConsumerClosure:
                    await SubmitClosure(_consumer, 1_000_000 + (size / 10 * 1_000));
                    break;
                case Step.ProviderClosure:
                    await SubmitClosure(_provider, 1_000_000 + (size / 10 * 1_000));
                    break;
                case Step.TopUp when _phase == ChannelPhase.Active:
                    _capacityBytes += size * 1_000;
                    await Observe(ChannelChainEventKind.ToppedUp, _phase, _capacityBytes);
                    break;
                case Step.Claim when _phase == ChannelPhase.Active && _consumerBytes > _claimedBytes:
                    _claimedBytes = _shownBytes = _consumerBytes;
                    await Observe(ChannelChainEventKind.Claimed, _phase, _claimedBytes);
                    break;
                case Step.Close when _phase == ChannelPhase.Active && size > 30:
                    await Observe(ChannelChainEventKind.Closing, ChannelPhase.Closing, _shownBytes);
                    break;
                case Step.Challenge when _phase == ChannelPhase.Closing && _consumerBytes > _shownBytes:
                    _shownBytes = _consumerBytes;
                    await Observe(ChannelChainEventKind.Challenged, _phase, _shownBytes);
                    break;
                case Step.FailBeforeWriting:
                    _cluster.Faults.FailBeforeWriting("channel");
                    break;
                case Step.FailAfterWriting:
                    _cluster.Faults.FailAfterWriting("channel");
                    break;
                case Step.EndActivation:
                    await EndActivation();
                    break;
                default:
                    break;
            }
        }

        /// <summary>Asks the grain, as it may have been read again meanwhile, and compares with what it has acknowledged.</summary>
        public async Task Compare()
        {
            ChannelEvidence evidence = await Answer<ChannelEvidence>(async () => await Grain.Evidence());
            ChannelView view = await Answer<ChannelView>(() => Grain.View());
            Assert.Equal(_phase, view.Phase);
            Assert.Equal(_capacityBytes, view.CapacityBytes);
            Assert.Equal(_claimedBytes, view.PaidBytes);
            Assert.True(BytesOf(evidence.ConsumerUnit) >= _consumerBytes, $"acknowledged {_consumerBytes}, kept {BytesOf(evidence.ConsumerUnit)}");
            Assert.True(BytesOf(evidence.ProviderUnit) >= _providerBytes, $"acknowledged {_providerBytes}, kept {BytesOf(evidence.ProviderUnit)}");
            Assert.True(BytesOf(evidence.ConsumerUnit) >= BytesOf(_seen.ConsumerUnit), "the consumer's evidence fell");
            Assert.True(BytesOf(evidence.ProviderUnit) >= BytesOf(_seen.ProviderUnit), "the provider's evidence fell");
            if (_pair is { } pair && pair.Closure.BytesUsed >= _claimedBytes)
            {
                Assert.Equal((pair.Closure, pair.Closure), (evidence.ConsumerClosure?.Closure, evidence.ProviderClosure?.Closure));
                Assert.Contains(view.Operations, operation => operation.Kind == IntentKind.CooperativeClose);
            }

            // What was written and not acknowledged counts from now on.
            _consumerBytes = BytesOf(evidence.ConsumerUnit);
            _providerBytes = BytesOf(evidence.ProviderUnit);
            _seen = evidence;
        }

        private static ulong BytesOf(SignedUnit? unit) => unit?.Unit.BytesUsed ?? 0;

        private async Task SubmitUnits(ulong? consumerBytes, ulong? providerBytes)
        {
            _index++;
            var batch = new UnitBatch
            {
                ConsumerUnits = consumerBytes is { } ofConsumer ? [_consumer.Unit(_terms, _index, ofConsumer)] : [],
                ProviderUnits = providerBytes is { } ofProvider ? [_provider.Unit(_terms, _index, ofProvider)] : [],
            };
            if (await Try<SubmitUnitsResult>(async () => await Grain.SubmitUnits(batch)) is { Accepted: true } taken)
            {
                _consumerBytes = Math.Max(_consumerBytes, consumerBytes ?? 0);
                _providerBytes = Math.Max(_providerBytes, providerBytes ?? 0);
                Assert.True(taken.ConsumerBytes >= _consumerBytes && taken.ProviderBytes >= _providerBytes, "the answer is behind the evidence");
            }
        }

        private async Task SubmitClosure(Party signer, ulong bytes)
        {
            SignedClosure closure = signer.Closure(_terms, bytes, _validUntil);
            if (await Try<SubmitClosureResult>(async () => await Grain.SubmitClosure(closure)) is { Accepted: true, OperationId: not null } && (_pair is null || _pair.Closure.BytesUsed < _claimedBytes))
            {
                _pair = closure;
            }
        }

        /// <summary>As the chain feed does: again, until the grain has answered.</summary>
        private async Task Observe(ChannelChainEventKind kind, ChannelPhase phase, ulong bytes = 0)
        {
            _events.Add(ChainEvents.Of(kind, (ulong)_events.Count + 1, _terms, bytes));
            _phase = phase;
            await Redeliver();
        }

        private async Task Redeliver()
        {
            var batch = new ChannelEventBatch { Events = [.. _events], UpToBlock = (ulong)_events.Count };
            await Eventually.TrueAsync(
                async () => await Try<object>(async () => await Grain.ObserveChain(batch)) is ObserveResult.Applied, "the events to be applied");
        }

        private async Task EndActivation()
        {
            _cluster.Faults.FailBeforeWriting("channel", count: 0);
            await Redeliver();
            string[] before = await Asked();

            // A write that fails and a record that cannot be read: what is in memory is lost.
            int reads = _cluster.Faults.Reads("channel");
            _cluster.Faults.FailBeforeWriting("channel");
            _cluster.Faults.FailReads(true);
            _index++;
            UnitBatch lost = new() { ConsumerUnits = [_consumer.Unit(_terms, _index, _consumerBytes + 1_000)] };
            await Try<SubmitUnitsResult>(async () => await Grain.SubmitUnits(lost));
            _cluster.Faults.FailReads(false);
            Assert.True(_cluster.Faults.Reads("channel") > reads, "the activation did not end");
            await Redeliver();

            Assert.Equal(before, await Asked());
        }

        private async Task<string[]> Asked() =>
            [.. (await Answer<ChannelView>(() => Grain.View())).Operations.Select(operation => operation.OperationId).Order(StringComparer.Ordinal)];

        /// <summary>The answer, after as many attempts as it takes.</summary>
        private static Task<T> Answer<T>(Func<Task<T?>> call)
            where T : class => Eventually.ValueAsync(() => Try(call), "an answer");

        /// <summary>The answer; null when the call failed, so that nobody knows what became of it.</summary>
        private static async Task<T?> Try<T>(Func<Task<T?>> call)
            where T : class
        {
            try
            {
                return await call();
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                return null;
            }
        }
    }
}
