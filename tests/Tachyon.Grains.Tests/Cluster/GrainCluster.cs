using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;
using Tachyon.Chain;
using Tachyon.Chain.Simulation;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Two silos on one SQLite file and one simulated chain, with polls short enough for tests.</summary>
internal sealed partial class GrainCluster : IAsyncDisposable
{
    private const string InnerStorage = "inner";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly TemporaryDirectory _directory;
    private readonly bool _isSecond;
    private readonly List<Party> _parties = [];
    private readonly InProcessTestCluster _cluster;
    private int _salts;

    private GrainCluster(Action<GrainsOptions>? configure, SimulatedChainOptions? chainOptions, GrainCluster? first)
    {
        _isSecond = first is not null;
        _directory = first?._directory ?? new TemporaryDirectory();
        Clock = first?.Clock ?? new TestClock();
        Transactions = first?.Transactions ?? new SentTransactions();
        Chain = first?.Chain ?? new SimulatedChain(chainOptions ?? ChainOptions());
        Operator = first?.Operator ?? NewParty(tokens: 0);
        Outsider = first?.Outsider ?? NewParty(tokens: 0);
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo
            .AddSqliteGrainStorage(InnerStorage, options => options.Path = _directory.Combine("grains.db"))
            .UseSqliteReminders(options => options.Path = _directory.Combine("grains.db"))
            .Configure<ReminderOptions>(options => options.MinimumReminderPeriod = Poll)
            .AddTachyonGrains(options =>
            {
                options.FeedPollInterval = Poll;
                options.OutboxPollInterval = Poll;
                options.OutboxReplaceAfter = TimeSpan.FromMilliseconds(300);
                options.KeeperPeriod = Poll;
                options.DeadlineReminderPeriod = 4 * Poll;

                // Tests count in single base units.
                options.LeastDeposit = 0;
                configure?.Invoke(options);
            })
            .AddIncomingGrainCallFilter(Activations)
            .AddOutgoingGrainCallFilter(Messages)
            .ConfigureServices(services => services
                .AddSingleton(new GrainClock(Clock))
                .AddSingleton(Transactions.Watch(Chain))
                .AddSingleton(Operator.Account)
                .AddSingleton(Operator.Signer)
                .AddGrainStorage(GrainsOptions.StorageName, (provider, _) => Faults.Storage = new FaultInjectingStorage(
                    provider.GetRequiredKeyedService<IGrainStorage>(InnerStorage), Faults, provider.GetRequiredService<Serializer>())))
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Error)));

        // A client is not told that the silo it asked has died; it must not wait for the answer longer than a test lasts.
        builder.ConfigureClient(client => client
            .AddOutgoingGrainCallFilter(Messages)
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(5)));
        _cluster = builder.Build();
    }

    public TestClock Clock { get; }

    public SimulatedChain Chain { get; }

    public StorageFaults Faults { get; } = new();

    public MessageFaults Messages { get; } = new();

    public ActivationLog Activations { get; } = new();

    /// <summary>What any silo sent to the chain.</summary>
    public SentTransactions Transactions { get; }

    /// <summary>Whose account sends what the silos relay.</summary>
    public Party Operator { get; }

    /// <summary>A party of no channel.</summary>
    public Party Outsider { get; }

    public IGrainFactory Grains => _cluster.Client;

    public ISettlementGrain Outbox => Grains.Settlement(Operator.Address);

    public IChainFeedGrain Feed => Grains.ChainFeed(Chain.Deployment.PaymentChannels);

    /// <summary>Starts the silos; <paramref name="prepare"/> runs before, while the operator's account is nobody else's.</summary>
    public static async Task<GrainCluster> Start(
        Action<GrainsOptions>? configure = null, SimulatedChainOptions? chain = null, Func<GrainCluster, Task>? prepare = null)
    {
        var cluster = new GrainCluster(configure, chain, first: null);
        await (prepare?.Invoke(cluster) ?? Task.CompletedTask);
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>
    /// A second cluster on the same storage, chain and account that knows nothing of the first: what two halves of a
    /// torn network are to each other, or an activation to one that its silo's death left behind.
    /// </summary>
    public async Task<GrainCluster> StartSecond()
    {
        var second = new GrainCluster(configure: null, chainOptions: null, this);
        await second._cluster.DeployAsync();
        return second;
    }

    public static SimulatedChainOptions ChainOptions(int finalityDepth = 0, TimeSpan? challengePeriod = null) => new()
    {
        StartSeconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        FinalityDepth = finalityDepth,
        ChallengePeriod = challengePeriod ?? TimeSpan.FromHours(12),
    };

    /// <summary>A party with gas and tokens.</summary>
    public Party NewParty(int tokens = 1_000)
    {
        var party = new Party(_parties.Count + 1, Chain.Domain);
        _parties.Add(party);
        Chain.Fund(party.Address, new TokenAmount(tokens * BigInteger.Pow(10, TokenAmount.Decimals)));
        return party;
    }

    public Terms NewTerms(Party consumer, Party provider, ulong capacityBytes = 100_000_000, long pricePerMB = 1_000_000, uint tolerancePpm = 1_000) =>
        new(consumer.Address, provider.Address, capacityBytes, new TokenAmount(pricePerMB), tolerancePpm, ChannelKind.Direct, Keccak256.HashText($"salt {++_salts}"));

    /// <summary>Opens a channel on chain, and waits until its grain knows.</summary>
    public async Task<ChannelId> Open(Party consumer, Terms terms)
    {
        await consumer.Send(Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await consumer.Send(Chain, new ChainCall.Open(terms));
        ChannelId channel = terms.ChannelId(Chain.Domain);
        await Reaches(channel, ChannelPhase.Opened);
        return channel;
    }

    /// <summary>Opens a channel and confirms it by the provider's own transaction, and waits until its grain knows.</summary>
    public async Task<ChannelId> OpenActive(Party consumer, Party provider, Terms terms)
    {
        ChannelId channel = await Open(consumer, terms);
        await provider.Send(Chain, new ChainCall.Confirm(terms));
        await Reaches(channel, ChannelPhase.Active);
        await FeedIsQuiet();
        return channel;
    }

    /// <summary>Waits until the feed has told everyone all there is, so that no write of its own is on its way.</summary>
    public async Task FeedIsQuiet()
    {
        ulong final = (await Chain.GetBlockAsync(ReadAt.Final)).Number;
        await Eventually.TrueAsync(async () => (await Feed.Status()).CursorBlock >= final, "the feed to reach the final block");
    }

    /// <summary>Waits until the channel's grain is in a phase, and gives its view.</summary>
    public Task<ChannelView> Reaches(ChannelId channel, ChannelPhase phase) => Reaches(channel, view => view.Phase == phase, $"phase {phase}");

    /// <summary>Waits until the channel's view is as described, and gives it.</summary>
    public Task<ChannelView> Reaches(ChannelId channel, Func<ChannelView, bool> condition, string description) => Eventually.ValueAsync(
        async () => await Patiently(() => Grains.Channel(channel).View()) is { } view && condition(view) ? view : null,
        $"channel {channel} at {description}");

    /// <summary>Waits until the operation has ended.</summary>
    public Task<IntentView> Ends(string operationId) => Eventually.ValueAsync(
        async () => await Patiently(() => Outbox.Find(operationId)) is { State: IntentState.Succeeded or IntentState.Refused } ended ? ended : null,
        $"the end of operation {operationId}");

    /// <summary>Sets the silos' clock and the chain's forward.</summary>
    public void Advance(TimeSpan time)
    {
        Clock.Advance(time);
        Chain.AdvanceTime(time);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        _parties.ForEach(party => party.Dispose());
        if (!_isSecond)
        {
            _directory.Dispose();
        }
    }
}
