using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Opens what a node is made of, in the order in which each part needs the ones before, and closes it again.</summary>
internal sealed class NodeRuntime : IAsyncDisposable
{
    private const ulong DevelopmentChainId = 31_337;

    private readonly Stack<IAsyncDisposable> _opened = new();
    private readonly Stack<IDisposable> _held = new();

    public NodeParts Parts { get; private set; } = null!;

    /// <summary>Locks the data directory, opens the journal and the rest. The key stays the caller's.</summary>
    /// <exception cref="DataDirectoryException">The directory is in use or cannot be used.</exception>
    /// <exception cref="JournalException">The journal cannot be opened.</exception>
    /// <exception cref="DeploymentFileException">The deployment file is no deployment.</exception>
    public static async Task<NodeRuntime> OpenAsync(
        NodeOptions options, NodeKey key, ILoggerFactory loggerFactory, TimeProvider time, CancellationToken cancellationToken)
    {
        var runtime = new NodeRuntime();
        try
        {
            await runtime.OpenPartsAsync(options, key, loggerFactory, time, cancellationToken);
            return runtime;
        }
        catch
        {
            await runtime.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_opened.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        while (_held.TryPop(out var part))
        {
            part.Dispose();
        }
    }

    private async Task OpenPartsAsync(
        NodeOptions options, NodeKey key, ILoggerFactory loggerFactory, TimeProvider time, CancellationToken cancellationToken)
    {
        var deployment = await Deployment.LoadAsync(options.DeploymentPath, cancellationToken);
        _held.Push(DataDirectoryLock.Acquire(options.Data));
        var journal = EdgeJournal.Open(options.Data.JournalPath);
        _opened.Push(journal);
        var book = new ChannelBook(journal);
        _held.Push(book);
        var gateway = Gateway(options.Gateways, deployment, key, loggerFactory, time);

        // A development chain mines at once and nobody pays for being asked often.
        var quick = options.Finality == Finality.Latest || (options.Finality == Finality.Automatic && deployment.ChainId == DevelopmentChainId);
        var sending = quick ? new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(100) } : new TransactionSenderOptions();
        var account = new NodeAccount(key.Account, sending, time);
        _held.Push(account);
        Parts = new NodeParts
        {
            Key = key,
            Deployment = deployment,
            Journal = journal,
            Book = book,
            Blacklist = new Blacklist(options.Data),
            Reputation = options.Reputation,
            ForceCloses = new ForceCloses(journal),
            Chain = new ChainWatcher(
                token => ConnectAsync(options, deployment, time, token),
                chain => new ChainReader(chain, book, journal, key.Address, time),
                quick ? ChainWatcherOptions.Development : new ChainWatcherOptions(),
                time,
                loggerFactory.CreateLogger<ChainWatcher>()),
            Gateway = gateway,
            ProxyGateway = options.ProxyGateways.Count == 0 ? null : Gateway(options.ProxyGateways, deployment, key, loggerFactory, time),
            TunnelOptions = new TunnelOptions(),
            Account = account,
            CloserOptions = new ChannelCloserOptions(),
            CloseWatchOptions = quick ? CloseWatchOptions.Development : new CloseWatchOptions(),
            Progress = new NodeProgress(),
            Time = time,
            LoggerFactory = loggerFactory,
        };
    }

    private GatewayClient Gateway(IReadOnlyList<Uri> urls, Deployment deployment, NodeKey key, ILoggerFactory loggerFactory, TimeProvider time)
    {
        var gateway = new GatewayClient(
            new GatewayClientOptions { Gateways = [.. urls.Select(url => new GatewayAddress(url))], Domain = deployment.Domain },
            key.Messages,
            new WebSocketGatewayConnector(),
            time,
            loggerFactory.CreateLogger<GatewayClient>());
        _opened.Push(gateway);
        return gateway;
    }

    private async Task<ISettlementChain> ConnectAsync(
        NodeOptions options, Deployment deployment, TimeProvider time, CancellationToken cancellationToken)
    {
        var chain = await EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = options.Rpc, Finality = options.Finality }, deployment, time, cancellationToken);
        _held.Push(chain);
        return chain;
    }
}
