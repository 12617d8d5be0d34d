using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Grains;
using Tachyon.Grains.Feed;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Storage;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Gateway;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Tests.Fixtures;

/// <summary>Two silos on one storage, each with the part of a gateway that edges connect to, over WebSockets within the process.</summary>
internal sealed class GatewayCluster : IAsyncDisposable
{
    public const string Name = "gateway.test:9430";

    private const string InnerStorage = "inner";

    private readonly TemporaryDirectory _directory = new();
    private readonly AccountSigner _account = new(TestEdge.KeyOf(1_000_000));
    private readonly KeySigner _signer = new(TestEdge.KeyOf(1_000_000));
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly InProcessTestCluster _cluster;
    private int _addresses;

    private GatewayCluster(int silos, Action<GrainsOptions> configure)
    {
        Chain.Fund(_account.Address, TokenAmount.Zero);
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((_, silo) => silo
            .AddSqliteGrainStorage(InnerStorage, options => options.Path = _directory.Combine("grains.db"))
            .UseSqliteReminders(options => options.Path = _directory.Combine("grains.db"))
            .AddTachyonGrains(options =>
            {
                options.FeedPollInterval = TimeSpan.FromMilliseconds(50);
                options.KeeperPeriod = TimeSpan.FromMilliseconds(200);
                options.LeastDeposit = 0;
                configure(options);
            })
            .ConfigureServices(services => services
                .AddSingleton<ISettlementChain>(Chain)
                .AddSingleton<IAccountSigner>(_account)
                .AddSingleton<INodeSigner>(_signer)
                .AddGrainStorage(GrainsOptions.StorageName, (provider, _) => new MortalStorage(
                    provider.GetRequiredKeyedService<IGrainStorage>(InnerStorage), Death)))
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Error)));
        _cluster = builder.Build();
    }

    public SimulatedChain Chain { get; } = new(new SimulatedChainOptions { StartSeconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() });

    public IGrainFactory Grains => _cluster.Client;

    /// <summary>The operator of all silos, whose account pays for their transactions.</summary>
    public AccountSigner Operator => _account;

    /// <summary>Grants routes, where the operator is a proxy.</summary>
    public RouteBroker Broker => _cluster.GetSiloServiceProvider(_cluster.GetActiveSilos().First().SiloAddress).GetRequiredService<RouteBroker>();

    /// <summary>The moment at which the silos' processes die, if a test sets one.</summary>
    public SiloDeath Death { get; } = new();

    /// <summary>Of each silo that runs, in their order.</summary>
    public List<(EdgeServices Services, StatementFeed Feed)> Gateways { get; } = [];

    /// <param name="silos">How many.</param>
    /// <param name="time">The clock by which gateways renew what they follow.</param>
    /// <param name="configure">Changes how the grains work; null for nothing.</param>
    /// <param name="prepare">Runs before the silos do, while the operator's account is nobody else's; null for nothing.</param>
    public static async Task<GatewayCluster> StartAsync(
        int silos = 2, TimeProvider? time = null, Action<GrainsOptions>? configure = null, Func<GatewayCluster, Task>? prepare = null)
    {
        var cluster = new GatewayCluster(silos, configure ?? (_ => { }));
        await (prepare?.Invoke(cluster) ?? Task.CompletedTask);
        await cluster._cluster.DeployAsync();
        foreach (var silo in cluster._cluster.GetActiveSilos())
        {
            await cluster.AddGatewayAsync(silo, grains => grains, time ?? TimeProvider.System);
        }

        return cluster;
    }

    /// <summary>One more gateway on the first silo, whose feed of statements reaches the grains by another way.</summary>
    public Task AddGatewayAsync(Func<IGrainFactory, IGrainFactory> way, TimeProvider time) => AddGatewayAsync(_cluster.GetActiveSilos().First(), way, time);

    /// <summary>An edge of a gateway, each from an address of its own.</summary>
    public Task ConnectAsync(TestEdge edge, int gateway) => edge.EnterAsync(Dial(gateway), Name);

    /// <summary>A WebSocket that leads to a gateway, from an address of its own.</summary>
    public WebSocket Dial(int gateway)
    {
        var (services, _) = Gateways[gateway];
        var (client, server) = SocketPair.Create();
        var remote = new IPAddress(BitConverter.GetBytes(IPAddress.HostToNetworkOrder((10 << 24) + Interlocked.Increment(ref _addresses))));
        _connections.Add(ServeAsync(server, services, remote));
        return client;
    }

    /// <summary>Ends a silo as if its process had died; its gateway's edges hear no more.</summary>
    public async Task KillAsync(int gateway)
    {
        await Gateways[gateway].Feed.StopAsync(CancellationToken.None);
        await _cluster.KillSiloAsync(_cluster.GetActiveSilos().ElementAt(gateway));
        await _cluster.WaitForLivenessToStabilizeAsync(didKill: true);
        Gateways.RemoveAt(gateway);
    }

    /// <summary>Kills all silos that run now, each replaced by a new one with its gateway: no activation survives.</summary>
    public async Task KillAllAsync()
    {
        for (var left = Gateways.Count; left > 0; left--)
        {
            await KillAsync(0);
            await AddGatewayAsync(await _cluster.StartAdditionalSiloAsync(), grains => grains, TimeProvider.System);
        }
    }

    /// <summary>An edge with tokens and gas, not connected yet.</summary>
    public TestEdge NewEdge(int number)
    {
        var edge = new TestEdge(number, Chain.Domain);
        Chain.Fund(edge.Address, new TokenAmount(1_000 * BigInteger.Pow(10, TokenAmount.Decimals)));
        return edge;
    }

    /// <summary>A channel that has paid, as every silo sees it.</summary>
    public async Task<Terms> OpenPaidAsync(TestEdge consumer, TestEdge provider)
    {
        var terms = new Terms(
            consumer.Address, provider.Address, 100_000_000, new TokenAmount(1_000_000), 1_000, ChannelKind.Direct, Keccak256.HashText("salt"));
        using var opener = new ConsumerAccount(Chain, consumer.Account);
        Assert.True((await opener.OpenAsync(terms)).Succeeded);
        using var sender = new TransactionSender(Chain, provider.Account);
        Assert.True((await sender.SendAsync(new ChainCall.Confirm(terms))).Succeeded);
        Assert.True((await sender.SendAsync(new ChainCall.Claim(terms, consumer.Unit(terms, 1, 1_000_000)))).Succeeded);
        await Eventually.TrueAsync(
            async () => await Grains.Channel(terms.ChannelId(Chain.Domain)).View() is { Paid.IsZero: false }, "the channel to have paid");
        return terms;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, feed) in Gateways)
        {
            await feed.StopAsync(CancellationToken.None);
        }

        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        _account.Dispose();
        _signer.Dispose();
        _directory.Dispose();
    }

    private static async Task ServeAsync(WebSocket socket, EdgeServices services, IPAddress remote)
    {
        using var connection = new EdgeConnection(socket, services, remote, services.Limits.Of(remote));
        await connection.RunAsync(CancellationToken.None);
    }

    // What these tests ask of a gateway, and no more: the rest of it needs a web server.
    private async Task AddGatewayAsync(InProcessSiloHandle silo, Func<IGrainFactory, IGrainFactory> way, TimeProvider time)
    {
        var parts = _cluster.GetSiloServiceProvider(silo.SiloAddress);
        var grains = parts.GetRequiredService<IGrainFactory>();
        var options = new GatewayOptions { Names = [Name] };
        var registry = new EdgeRegistry(options);
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        lifetime.NotifyStarted();
        var feed = new StatementFeed(way(grains), registry, lifetime, time, NullLogger<StatementFeed>.Instance);
        var requests = new EdgeRequests(
            new ProviderRequests(grains, Chain, TimeProvider.System),
            new ChannelRequests(grains, Chain, parts.GetRequiredService<FeedWaker>(), parts.GetRequiredService<RouteBroker>()),
            null!,
            new AcceptanceRequests(grains, Chain, TimeProvider.System),
            new ReputationRequests(grains, feed),
            null!);
        var services = new EdgeServices(
            options, new GatewayNames(options, null!), registry, new CallerLimits(options, TimeProvider.System), requests,
            parts.GetRequiredService<RouteBroker>(), grains, Chain, _account, new SignatureVerifier(), TimeProvider.System, new EdgeLog(NullLogger<EdgeLog>.Instance));
        await feed.StartAsync(CancellationToken.None);
        Gateways.Add((services, feed));
    }
}
