using System.Globalization;
using System.Numerics;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Grains;
using Tachyon.Grains.Proxies;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Tests.Fixtures;
using ChannelPhase = Tachyon.Grains.ChannelPhase;
using WireAnswer = Tachyon.Protocol.Gateway.AcceptanceAnswer;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>Silos whose operator is a proxy, and locks with it on which one unit was signed: the route of none has begun.</summary>
internal sealed class LockWorld : IAsyncDisposable
{
    public const ulong StepBytes = 10_000_000;
    public const ulong CapacityBytes = 50_000_000;

    private readonly TemporaryDirectory _directory = new();
    private int _copies;
    private int _edges;

    private LockWorld(GatewayCluster cluster) => Cluster = cluster;

    public static TokenAmount PricePerMB { get; } = new(1_000_003);

    public GatewayCluster Cluster { get; }

    public static async Task<LockWorld> StartAsync() => new(await GatewayCluster.StartAsync(
        configure: options =>
        {
            options.Proxy = true;
            options.OutboxPollInterval = TimeSpan.FromMilliseconds(50);
        },
        prepare: RegisterAsync));

    /// <summary>A lock whose exit was asked for its pool's acceptance, and says nothing.</summary>
    public async Task<OneLock> LockAsync()
    {
        var exit = Cluster.NewEdge(++_edges);
        await Cluster.ConnectAsync(exit, 0);
        Assert.IsType<Accepted>(await exit.AskAsync(new Announce("203.0.113.7:9440", PricePerMB, 10_000, 0, 0, 5)));

        var number = ++_edges;
        using var consumer = Cluster.NewEdge(number);
        using var routeKey = new KeySigner(Keccak256.HashText($"key of route {number}").ToArray());
        var wish = new RouteWish(
            consumer.Address, consumer.Address, Keccak256.HashText($"salt of lock {number}"), routeKey.PublicKey, exit.Address, [], CapacityBytes, PricePerMB, 1_000);
        var offer = await Eventually.ValueAsync(
            async () => await Cluster.Broker.AskAsync(wish) is { Refusal: RouteRefusal.None } granted ? granted : null, "the route to be granted");
        var terms = offer.Terms!;
        using (var sender = new ConsumerAccount(Cluster.Chain, consumer.Account))
        {
            Assert.True((await sender.OpenAcceptedAsync(terms, offer.Grant!.ExpirySeconds, offer.Grant.Acceptance!.Value)).Succeeded);
        }

        var lockId = terms.ChannelId(Cluster.Chain.Domain);
        await Eventually.TrueAsync(
            async () => await Cluster.Grains.Channel(lockId).View() is { Phase: ChannelPhase.Active }, "the silo to see the lock active");
        var made = new OneLock(this, number, terms, exit);
        await using var owner = made.Owner();
        await owner.TakeUpAsync(
            new ChannelRecord
            {
                ChannelId = lockId,
                Role = SessionRole.Consumer,
                Terms = terms,
                Stage = ChannelStage.Active,
                CapacityBytes = terms.CapacityBytes,
                KnownAtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            },
            new RouteRecord(lockId, Keccak256.HashText($"key of route {number}").ToArray(), exit.Address, offer.Endpoint, offer.Grant.Tag, StepBytes));
        return made;
    }

    public string NewDirectory() => Directory.CreateDirectory(_directory.Combine((++_copies).ToString(CultureInfo.InvariantCulture))).FullName;

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task RegisterAsync(GatewayCluster cluster)
    {
        var bond = (await cluster.Chain.GetRulesAsync()).ProxyBond;
        cluster.Chain.Fund(cluster.Operator.Address, bond + new TokenAmount(1_000 * BigInteger.Pow(10, TokenAmount.Decimals)));
        using var sender = new TransactionSender(cluster.Chain, cluster.Operator);
        Assert.True((await sender.SendAsync(new ChainCall.Approve(bond))).Succeeded);
        Assert.True((await sender.SendAsync(new ChainCall.RegisterProxy())).Succeeded);
    }

    /// <summary>A lock, its consumer's directory as its newest process left it, and all that was said about its end.</summary>
    internal sealed class OneLock(LockWorld world, int number, Terms terms, TestEdge exit) : IAsyncDisposable
    {
        private readonly Lock _lock = new();
        private readonly HashSet<ulong> _consumers = [];
        private readonly HashSet<ulong> _proxys = [];
        private readonly SortedDictionary<ulong, ulong> _units = [];
        private readonly List<string> _story = [];
        private string _directory = world.NewDirectory();
        private Task _accepting = Task.CompletedTask;
        private int _acceptsAt;

        public ChannelId LockId { get; } = terms.ChannelId(world.Cluster.Chain.Domain);

        /// <summary>What passed between consumer and proxy, and who died when, for whoever has to find out what went wrong.</summary>
        public string Story
        {
            get
            {
                lock (_lock)
                {
                    return string.Join("; ", _story);
                }
            }
        }

        /// <summary>Adds to the <see cref="Story"/>.</summary>
        public void Note(string what)
        {
            lock (_lock)
            {
                _story.Add(what);
            }
        }

        /// <summary>A process of the consumer, on what the one before it left.</summary>
        public LockOwner Owner()
        {
            var owner = new LockOwner(world.Cluster, number, _directory);
            owner.Link.Passed += Hear;
            return owner;
        }

        /// <summary>The consumer's process dies, and what it had not made durable with it.</summary>
        public void Kill(LockOwner owner)
        {
            _directory = world.NewDirectory();
            owner.Kill(_directory);
        }

        /// <summary>The exit accepts the pool: the proxy opens it then, if it still has use for it.</summary>
        public async Task AcceptPoolAsync()
        {
            var asked = await exit.NextAsync<AcceptanceAsked>();
            var acceptance = new Acceptance(asked.Terms.ChannelId(world.Cluster.Chain.Domain), asked.ExpirySeconds);
            await exit.AskAsync(new WireAnswer(acceptance.ChannelId, asked.ExpirySeconds, exit.Sign(acceptance), RefusalReason.None));
        }

        /// <summary>As <see cref="AcceptPoolAsync"/>, when so many messages have passed between consumer and proxy from now on.</summary>
        public void AcceptPoolAt(int message) => _acceptsAt = message;

        /// <summary>
        /// The route, whose pool is open, is used: the consumer counts less than the first step and its units state more, while the exit loses what is
        /// beyond half of the step. So the proxy promises that step and no more.
        /// </summary>
        public async Task UseAsync()
        {
            var proxy = world.Cluster.Grains.Proxy(LockId);
            var poolId = (await proxy.View())!.PoolId;
            await using var owner = Owner();
            await owner.UseAsync(LockId, StepBytes / 5 * 4, async evidence =>
            {
                await proxy.Counted(poolId, StepBytes / 2);
                return evidence.Own?.Unit.BytesUsed > StepBytes
                    && (await world.Cluster.Grains.Channel(LockId).Evidence()).ConsumerUnit?.Unit == evidence.Own.Unit
                    && await PromisedBytesAsync() == StepBytes;
            });
        }

        /// <summary>What the proxy has promised to its exit on the lock.</summary>
        public async Task<ulong> PromisedBytesAsync() => (await world.Cluster.Grains.Proxy(LockId).View())!.PromisedBytes;

        /// <summary>
        /// The lock is settled once, at a step, for no less than was promised and no more than was signed; neither side ever signed
        /// two counts to close at, nor took a unit back. Gives what was paid for.
        /// </summary>
        public async Task<ulong> AssertSettledAsync(LockOwner owner)
        {
            var chain = world.Cluster.Chain;
            var view = await chain.GetChannelAsync(LockId, ReadAt.Final);
            Assert.Equal(ChannelStatus.Settled, view.Status);
            var newest = await chain.GetBlockAsync(ReadAt.Latest);
            var closed = Assert.Single(
                (await chain.GetEventsAsync(chain.Deployment.DeployedAtBlock, newest.Number)).OfType<ChannelClosed>(), one => one.Channel == LockId);
            var kept = await Eventually.ValueAsync(
                async () => await world.Cluster.Grains.Channel(LockId).View() is { Phase: ChannelPhase.Settled } settled ? settled : null, "the silo to know");
            var promised = await PromisedBytesAsync();
            lock (_lock)
            {
                _consumers.UnionWith(owner.Closures(LockId).Select(closure => closure.Closure.BytesUsed));
                _consumers.Add(kept.ConsumerClosureBytes ?? closed.BytesUsed);
                _proxys.Add(kept.ProviderClosureBytes ?? closed.BytesUsed);
                Assert.Equal([closed.BytesUsed], _consumers);
                Assert.Equal([closed.BytesUsed], _proxys);
                Assert.True(closed.BytesUsed % StepBytes == 0, $"{closed.BytesUsed} bytes are no step");
                Assert.InRange(promised, 0ul, closed.BytesUsed);
                var signed = RouteSteps.RoundUp(_units.Values.Last(), StepBytes, CapacityBytes);
                Assert.InRange(closed.BytesUsed, 0ul, signed);
                Assert.True(_units.Values.SequenceEqual(_units.Values.Order()), $"units state less than they did: {string.Join(' ', _units)}");
            }

            // And every token of the deposit is where the bytes say.
            var purse = new TokenAmount(1_000 * BigInteger.Pow(10, TokenAmount.Decimals));
            Assert.Equal(purse - terms.Price(closed.BytesUsed), await chain.GetBalanceAsync(terms.Consumer, ReadAt.Final));
            return closed.BytesUsed;
        }

        public async ValueTask DisposeAsync()
        {
            // Silos that die take the exit's connection along.
            await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            exit.Dispose();
        }

        private void Hear(GatewayMessage message)
        {
            lock (_lock)
            {
                if (_story.Count < 200)
                {
                    _story.Add(message switch
                    {
                        Refused refused => $"Refused {refused.Reason}",
                        GatewayError error => $"Error {error.Text}",
                        CloseTaken taken => $"CloseTaken {taken.Counterpart?.Closure.BytesUsed}",
                        _ => message.Kind.ToString(),
                    });
                }

                if (_acceptsAt > 0 && --_acceptsAt == 0)
                {
                    _accepting = Task.Run(AcceptPoolAsync);
                }

                switch (message)
                {
                    case CloseRelay relay:
                        _consumers.Add(relay.Closure.BytesUsed);
                        break;
                    case CloseTaken { Counterpart: { } counterpart }:
                        _proxys.Add(counterpart.Closure.BytesUsed);
                        break;
                    case ClosureOffered offered when offered.Signer == terms.Provider:
                        _proxys.Add(offered.Closure.Closure.BytesUsed);
                        break;
                    case SubmitUnits units:
                        foreach (var unit in units.Channels.Select(channel => channel.ConsumerUnit!.Unit))
                        {
                            Assert.True(_consumers.Count == 0 || _units.ContainsKey(unit.Index), "a unit was signed after a closure");
                            Assert.Equal(unit.BytesUsed, _units.GetValueOrDefault(unit.Index, unit.BytesUsed));
                            _units[unit.Index] = unit.BytesUsed;
                        }

                        break;
                }
            }
        }
    }
}
