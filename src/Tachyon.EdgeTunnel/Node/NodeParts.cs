using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>What a node of either role is made of. Whoever made the parts disposes of them.</summary>
internal sealed record NodeParts
{
    private PeerPolicy? _peers;

    public required NodeKey Key { get; init; }

    public required Deployment Deployment { get; init; }

    public required EdgeJournal Journal { get; init; }

    public required ChannelBook Book { get; init; }

    public required Blacklist Blacklist { get; init; }

    /// <summary>What others' statements count for, and whether this node makes its own.</summary>
    public ReputationOptions Reputation { get; init; } = new();

    /// <summary>Whom this node has nothing to do with.</summary>
    public PeerPolicy Peers => _peers ??= new PeerPolicy(Blacklist, Journal, Book, Reputation, Self);

    public required ForceCloses ForceCloses { get; init; }

    public required ChainWatcher Chain { get; init; }

    public required GatewayClient Gateway { get; init; }

    /// <summary>The gateway of a consumer's proxy, where it is another one; null where it is the node's own.</summary>
    public GatewayClient? ProxyGateway { get; init; }

    public required TunnelOptions TunnelOptions { get; init; }

    /// <summary>What sends every transaction of this node.</summary>
    public required NodeAccount Account { get; init; }

    public required ChannelCloserOptions CloserOptions { get; init; }

    public required CloseWatchOptions CloseWatchOptions { get; init; }

    public required NodeProgress Progress { get; init; }

    /// <summary>What TUN mode uses of the machine.</summary>
    public TunMachine Tun { get; init; } = new();

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>Remembers the public keys of peers; shared, so that each is recovered once.</summary>
    public SignatureVerifier Verifier { get; } = new();

    public Address Self => Key.Address;

    /// <summary>The unit engines of this node's channels.</summary>
    public UnitEngines UnitEngines(ITunnelObserver observer, ServeLimits? limits = null) => new(new UnitEngineParts
    {
        Limits = limits ?? new ServeLimits(),
        Signer = Key.Messages,
        Verifier = Verifier,
        Domain = Deployment.Domain,
        Journal = new UnitJournal(Journal, Time),
        Time = Time,
        LoggerFactory = LoggerFactory,
        Observer = observer,
        RouteStepOf = lockId => Journal.Routes.Load().FirstOrDefault(route => route.LockId == lockId)?.StepBytes ?? 0,
    });

    /// <summary>What tunnels of this node are made of.</summary>
    public TunnelContext TunnelContext(IUnitEngines engines, ITunnelObserver observer, TunnelOptions? options = null) => new()
    {
        Signer = Key.Messages,
        Verifier = Verifier,
        Domain = Deployment.Domain,
        Engines = engines,
        Services = new SessionServices(options ?? TunnelOptions, Time),
        LoggerFactory = LoggerFactory,
        Observer = observer,
    };

    /// <summary>What keeps this node in step with what others state, and them with what it does.</summary>
    public ReputationDesk ReputationDesk() => new(
        new KnownStatements(Journal, Verifier, Deployment.Domain, Self, Time, LoggerFactory.CreateLogger<KnownStatements>()),
        new StatementPublisher(
            Blacklist, Journal, Book, Gateway, Key.Messages, Deployment.Domain, Time, LoggerFactory.CreateLogger<StatementPublisher>()),
        new StatementWeigher(Journal, Chain.Connected, Time),
        Gateway, Reputation, Time, LoggerFactory.CreateLogger<ReputationDesk>());

    /// <summary>What tops channels up.</summary>
    public TopUpDesk TopUps(ChannelCloser closer) => new(Book, closer, Chain, Account.Consumer, LoggerFactory.CreateLogger<TopUpDesk>());

    /// <summary>What takes back deposits that nobody confirmed in time.</summary>
    public DepositReclaimer Reclaimer() => new(
        Book, Chain, Account.Sender, CloserOptions.LookInterval, Time, LoggerFactory.CreateLogger<DepositReclaimer>());

    /// <summary>What closes this node's channels.</summary>
    public ChannelCloser Closer(IClosureSigning signing) => new(
        Book, Journal, ForceCloses, Chain, Gateway, signing,
        Account.Sender,
        CloserOptions, Time, LoggerFactory.CreateLogger<ChannelCloser>());

    /// <summary>What sees closes by one side through.</summary>
    public CloseWatch CloseWatch(IClosingSide side) => new(
        Book, ForceCloses, Chain, Gateway, side, Key.Messages, Deployment.Domain,
        Account.Sender,
        CloseWatchOptions, Time, LoggerFactory.CreateLogger<CloseWatch>());
}
