using Spectre.Console;
using Tachyon.Chain;

namespace Tachyon.Demo;

/// <summary>The main job from an empty directory to a receipt; whatever it started, it stops.</summary>
/// <param name="options">what the command line asked for</param>
/// <param name="console">where progress and receipt go</param>
/// <param name="onDownloading">called once the first bytes have arrived</param>
internal sealed class DemoRun(DemoOptions options, IAnsiConsole console, Action? onDownloading = null)
{
    private const string PricePerMB = "0.0005";

    private readonly DemoPorts ports = new(options.PortBase);
    private readonly ProcessGroup processes = new();
    private string directory = "";

    /// <returns>Whether file, payment and balances are all as they must be.</returns>
    /// <exception cref="DemoFailure">A step failed.</exception>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        ports.EnsureFree();
        directory = Directory.CreateTempSubdirectory("tachyon-demo-").FullName;
        var kept = false;
        try
        {
            var succeeded = await RunStepsAsync(stop);
            kept = options.Keep;
            return succeeded;
        }
        finally
        {
            if (!kept)
            {
                await processes.StopAllAsync();
            }
        }
    }

    private async Task<bool> RunStepsAsync(CancellationToken stop)
    {
        Say($"logs and data: {directory}");
        var chain = await LocalChain.StartAsync(processes, In("chain"), ports.Chain, stop);
        await chain.DeployAsync(stop);
        Say($"chain: anvil at {chain.Rpc}, contracts deployed");

        var silo = await SiloNode.StartAsync(processes, In("silo"), ports, chain, stop);
        Say($"silo: gateway at {silo.GatewayUrl}, settles from {silo.Operator}");

        using var provider = await EdgeNode.CreateAsync("provider", In("provider"), stop);
        using var consumer = await EdgeNode.CreateAsync("consumer", In("consumer"), stop);
        await chain.GiveGasAsync(consumer.Address, stop);
        await chain.GiveTokensAsync(consumer.Address, stop);
        using var ledger = await ChainLedger.OpenAsync(
            chain, [("consumer", consumer.Address), ("provider", provider.Address), ("operator", silo.Operator)], stop);
        var before = await ledger.ReadBalancesAsync(stop);

        await provider.StartAsync(
            processes,
            [
                "provide", .. Shared(silo, chain), "--listen", $"127.0.0.1:{ports.ProviderTunnel}", "--price", PricePerMB,
                "--egress-allow", $"127.0.0.1:{ports.FileServer}",
            ],
            stop);
        Say($"provider: {provider.Address} sells at {PricePerMB} IPX per MB");

        await consumer.StartAsync(
            processes,
            [
                "connect", .. Shared(silo, chain), "--socks", $"127.0.0.1:{ports.Socks}", "--max-price", PricePerMB,
                "--capacity", $"{options.Megabytes + Math.Max(50, options.Megabytes / 10)}",
            ],
            stop);
        var channel = (await consumer.TryGetStatusAsync(stop))!.Channels.Single(c => c.Phase == "active");
        Say($"consumer: {consumer.Address}, matched and connected, channel {channel.ChannelId}");

        var unchanged = await new FileDownload(console, processes, In, ports, options.Bytes, onDownloading).RunAsync(consumer, provider, stop);
        await consumer.CloseAsync(channel.ChannelId, stop);
        await provider.WaitUntilSettledAsync(channel.ChannelId, stop);

        var receipt = await ledger.ReadReceiptAsync(before, await LastSeenAsync(consumer), await LastSeenAsync(provider), stop);
        receipt.Print(console);
        string[] faults = [.. receipt.Faults(), .. unchanged ? Array.Empty<string>() : ["the file arrived changed: its SHA-256 differs"]];
        foreach (var fault in faults)
        {
            console.MarkupLineInterpolated($"[red]fault: {fault}[/]");
        }

        if (faults.Length == 0)
        {
            Say("all adds up: the file is unchanged, the provider was paid agreed bytes × price, the balances make up the token");
        }

        if (options.Keep)
        {
            SayWhereItIs(chain, silo, consumer, provider);
        }

        return faults.Length == 0;

        async Task<EdgeChannel> LastSeenAsync(EdgeNode node) =>
            (await node.TryGetStatusAsync(stop))!.Channels.Single(c => c.ChannelId == channel.ChannelId);
    }

    private void SayWhereItIs(LocalChain chain, SiloNode silo, EdgeNode consumer, EdgeNode provider)
    {
        Say("left running, as --keep asked:");
        foreach (var (what, where) in ((string, string)[])
        [
            ("chain (RPC)", chain.Rpc),
            ("deployment", chain.DeploymentFile),
            ("gateway", silo.GatewayUrl),
            ("provider data", provider.DataDirectory),
            ("consumer data", consumer.DataDirectory),
            ("SOCKS5 proxy", $"127.0.0.1:{ports.Socks}"),
            ("web server", $"http://127.0.0.1:{ports.FileServer}/{WebServer.FileName}"),
            ("stop it all with", $"kill {string.Join(' ', processes.Ids)}"),
        ])
        {
            Say($"  {what,-18} {where}");
        }
    }

    private static string[] Shared(SiloNode silo, LocalChain chain) =>
        ["--gateway", silo.GatewayUrl, "--rpc", chain.Rpc, "--deployment", chain.DeploymentFile];

    private string In(string name) => Path.Combine(directory, name);

    // Past the console's wrapping: addresses and paths must stay whole, to be copied.
    private void Say(string line) => console.Profile.Out.Writer.WriteLine(line);
}
