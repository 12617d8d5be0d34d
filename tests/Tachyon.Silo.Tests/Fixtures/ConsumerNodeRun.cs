using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Chain;
using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Tests.Fixtures;

/// <summary>
/// A whole consumer's node against a real silo, on the silo's chain, run to its end as <c>connect</c> runs it: what its command line
/// prints and tells the shell.
/// </summary>
internal static class ConsumerNodeRun
{
    /// <param name="silo">The silo that it connects to.</param>
    /// <param name="number">Its key, as that of a <see cref="TestEdge"/>.</param>
    /// <param name="provider">--provider; null for none.</param>
    /// <param name="with">The rest of its options.</param>
    /// <param name="givesUpOver">What holds it up when its time to open a channel is over; null where it has the usual time.</param>
    public static async Task<(int ExitCode, string Printed)> ConnectAsync(
        TestSilo silo, int number, Address? provider, Func<ConnectOptions, ConnectOptions>? with = null, NodeFault? givesUpOver = null)
    {
        using var directory = new TemporaryDirectory();
        var root = new RootCommand();
        root.Options.Add(CommonOptions.Json);
        root.Options.Add(CommonOptions.Data);
        root.Subcommands.Add(new Command("connect").Runs(async (_, cancellationToken) =>
        {
            await RunAsync(silo, number, provider, with ?? (options => options), givesUpOver, directory, cancellationToken);
            return EdgeTunnel.Cli.ExitCode.Success;
        }));
        using var error = new StringWriter();
        var exitCode = await root.Parse(["connect"]).InvokeAsync(new InvocationConfiguration { Error = error }).WaitAsync(Eventually.DefaultTimeout);
        return (exitCode, error.ToString());
    }

    private static async Task RunAsync(
        TestSilo silo,
        int number,
        Address? provider,
        Func<ConnectOptions, ConnectOptions> with,
        NodeFault? givesUpOver,
        TemporaryDirectory directory,
        CancellationToken cancellationToken)
    {
        var node = new NodeOptions
        {
            Data = new DataDirectory(directory.Path),
            KeystorePath = "",
            Gateways = [silo.Url],
            Rpc = new Uri("http://127.0.0.1:1"),
            DeploymentPath = "",
        };
        using var key = new NodeKey(TestEdge.KeyOf(number));
        await using var journal = EdgeJournal.Open(node.Data.JournalPath);
        using var book = new ChannelBook(journal);
        await using var gateway = new GatewayClient(
            new GatewayClientOptions { Gateways = [new GatewayAddress(silo.Url)], Domain = silo.Chain.Domain },
            key.Messages,
            new WebSocketGatewayConnector(),
            TimeProvider.System,
            NullLogger<GatewayClient>.Instance);
        var time = new EndlessWait();
        var parts = PartsOf(silo.Chain, node, key, journal, book, gateway) with { Time = time };
        using var account = parts.Account;
        await using var role = new ConsumerNode(parts, with(new ConnectOptions
        {
            Node = node,
            Socks = new IPEndPoint(IPAddress.Loopback, 0),
            CapacityBytes = 100_000_000,
            MaxPricePerMB = new TokenAmount(1_000_000),
            TolerancePpm = 1_000,
            Provider = provider,
            OpenTimeout = givesUpOver is null ? Eventually.DefaultTimeout : EndlessWait.Length,
        }));
        using var host = new NodeHost(parts, node, role);
        var running = host.RunAsync(cancellationToken);
        if (givesUpOver is { } fault)
        {
            await Eventually.TrueAsync(() => running.IsCompleted || parts.Progress.Current.HeldUpBy == fault, $"the node to be held up by {fault}");
            time.End();
        }

        await running;
    }

    /// <summary>What a whole node is made of, on a simulated chain.</summary>
    public static NodeParts PartsOf(SimulatedChain chain, NodeOptions node, NodeKey key, EdgeJournal journal, ChannelBook book, GatewayClient gateway) => new()
    {
        Key = key,
        Deployment = chain.Deployment,
        Journal = journal,
        Book = book,
        Blacklist = new Blacklist(node.Data),
        ForceCloses = new ForceCloses(journal),
        Chain = new ChainWatcher(
            _ => Task.FromResult<ISettlementChain>(chain),
            connected => new ChainReader(connected, book, journal, key.Address, TimeProvider.System),
            new ChainWatcherOptions { PollInterval = TimeSpan.FromMilliseconds(50) },
            TimeProvider.System,
            NullLogger<ChainWatcher>.Instance),
        Gateway = gateway,
        TunnelOptions = new TunnelOptions(),
        Account = new NodeAccount(key.Account, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(10) }, TimeProvider.System),
        CloserOptions = new ChannelCloserOptions(),
        CloseWatchOptions = new CloseWatchOptions(),
        Progress = new NodeProgress(),
        Time = TimeProvider.System,
        LoggerFactory = NullLoggerFactory.Instance,
    };
}
