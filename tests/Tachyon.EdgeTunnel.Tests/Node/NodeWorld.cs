using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>A simulated chain, a silo that relays, and directories for nodes: the world that whole nodes are tested in.</summary>
internal sealed class NodeWorld : IDisposable
{
    public static readonly TokenAmount Price = new(1_000_000_000_000_000);
    public static readonly TokenAmount Purse = new(System.Numerics.BigInteger.Pow(10, 21));

    private readonly TemporaryDirectory _directory = new();

    public NodeWorld(SimulatedChainOptions? options = null)
    {
        Chain = new SimulatedChain(options ?? new SimulatedChainOptions { StartSeconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() });
        Silo = new RelayingSilo(Chain);
        Chain.Fund(TestChannels.Consumer.Address, Purse);
    }

    public SimulatedChain Chain { get; }

    /// <summary>Networks of nodes in TUN mode, by the node's name.</summary>
    public Dictionary<string, TunMachine> Machines { get; } = [];

    public RelayingSilo Silo { get; }

    /// <summary>The clock of all nodes, by which a test says when one gives up.</summary>
    public EndlessWait Time { get; } = new();

    /// <summary>How nodes run their sessions.</summary>
    public TunnelOptions TunnelOptions { get; set; } = new() { EndTimeout = TimeSpan.FromSeconds(20) };

    /// <summary>How long nodes wait for a gateway that took a close on.</summary>
    public TimeSpan SettlementPatience { get; set; } = new ChannelCloserOptions().SettlementPatience;

    public void Dispose()
    {
        Silo.Dispose();
        _directory.Dispose();
    }

    public DataDirectory Data(string name) => new(_directory.Combine(name));

    /// <summary>A consumer with its own directory; the same name takes up where the last one stopped.</summary>
    public RunningNode StartConsumer(Address? provider = null, TimeSpan? openTimeout = null, string name = "consumer", Func<ConnectOptions, ConnectOptions>? with = null, byte[]? key = null) =>
        new(this, name, key ?? TestChannels.ConsumerKey, (parts, node) => new ConsumerNode(parts, (with ?? (options => options))(new ConnectOptions
        {
            Node = node,
            Socks = new IPEndPoint(IPAddress.Loopback, 0),
            CapacityBytes = 100_000_000,
            MaxPricePerMB = Price,
            TolerancePpm = 1_000,
            Provider = provider,
            OpenTimeout = openTimeout ?? TimeSpan.FromMinutes(2),
        })));

    /// <summary>A provider with its own directory. It lets traffic out to this machine, where the tests' targets are.</summary>
    public RunningNode StartProvider(uint toleranceLimitPpm = 10_000, TokenAmount? price = null, int port = 0, string name = "provider",
        ulong channelCapBytes = 0, ulong monthlyCapBytes = 0, bool newChannels = true, byte[]? key = null, Func<ProvideOptions, ProvideOptions>? with = null) =>
        new(this, name, key ?? TestChannels.ProviderKey, (parts, node) => new ProviderNode(parts, (with ?? (options => options))(new ProvideOptions
        {
            Node = node,
            Listen = new IPEndPoint(IPAddress.Loopback, port),
            PricePerMB = price ?? Price,
            ToleranceLimitPpm = toleranceLimitPpm,
            EgressAllow = [AddressRange.TryParse("127.0.0.0/8", out var range) ? range! : throw new InvalidOperationException()],
            DrainTime = TimeSpan.Zero,
            ChannelCapBytes = channelCapBytes,
            MonthlyCapBytes = monthlyCapBytes,
            NewChannels = newChannels,
        })));

    /// <summary>A node on a consumer's directory that only watches.</summary>
    public RunningNode StartWatch(string name = "consumer") =>
        new(this, name, TestChannels.ConsumerKey, (parts, _) => new WatchNode(parts));

    public NodeOptions OptionsOf(string name) => new()
    {
        Data = Data(name),
        KeystorePath = "",
        Gateways = [new Uri("wss://silo.example:7443")],
        Rpc = new Uri("http://127.0.0.1:1"),
        DeploymentPath = "",
    };

    public NodeParts PartsOf(string name, NodeKey key, EdgeJournal journal, ChannelBook book, GatewayClient gateway) => new()
    {
        Key = key,
        Deployment = Chain.Deployment,
        Journal = journal,
        Book = book,
        Blacklist = new Blacklist(Data(name)),
        ForceCloses = new ForceCloses(journal),
        Chain = Watcher(book, journal, key.Address),
        Gateway = gateway,
        TunnelOptions = TunnelOptions,
        Account = new NodeAccount(key.Account, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(10) }, TimeProvider.System),
        CloserOptions = new ChannelCloserOptions { GatewayPatience = TimeSpan.FromSeconds(1), SettlementPatience = SettlementPatience, LookInterval = TimeSpan.FromMilliseconds(50) },
        CloseWatchOptions = new CloseWatchOptions
        {
            RetryInterval = TimeSpan.FromMilliseconds(50),
            WatchInterval = TimeSpan.FromMilliseconds(50),
            RelayPatience = TimeSpan.FromSeconds(2),
            SettleGrace = TimeSpan.Zero,
        },
        Progress = new NodeProgress(),
        Tun = Machines.GetValueOrDefault(name) ?? new TunMachine(),
        Time = Time,
        LoggerFactory = NullLoggerFactory.Instance,
    };

    public GatewayClient GatewayOf(NodeKey key) => new(
        new GatewayClientOptions
        {
            Gateways = [new GatewayAddress(new Uri("wss://silo.example:7443"))],
            Domain = Chain.Domain,
            MinRetryDelay = TimeSpan.FromMilliseconds(20),
            MaxRetryDelay = TimeSpan.FromMilliseconds(100),
        },
        key.Messages,
        Silo.GatewayFor(key.Address),
        TimeProvider.System,
        NullLogger<GatewayClient>.Instance);

    private ChainWatcher Watcher(ChannelBook book, EdgeJournal journal, Address self) => new(
        async token =>
        {
            // As a real endpoint does: what does not answer is not connected to.
            await Chain.GetBlockAsync(ReadAt.Latest, token);
            return Chain;
        },
        chain => new ChainReader(chain, book, journal, self, TimeProvider.System),
        new ChainWatcherOptions
        {
            PollInterval = TimeSpan.FromMilliseconds(50),
            MinRetryDelay = TimeSpan.FromMilliseconds(20),
            MaxRetryDelay = TimeSpan.FromMilliseconds(100),
        },
        TimeProvider.System,
        NullLogger<ChainWatcher>.Instance);
}
