using Spectre.Console;

namespace Tachyon.Demo;

/// <summary>The main job: one node sells traffic to another.</summary>
/// <param name="options">what the command line asked for</param>
/// <param name="console">where progress and receipt go</param>
/// <param name="onDownloading">called once the first bytes have arrived</param>
internal sealed class DemoRun(DemoOptions options, IAnsiConsole console, Action? onDownloading = null) : LocalRun(options, console)
{
    private const string PricePerMB = "0.0005";

    protected override async Task<bool> RunStepsAsync(string directory, CancellationToken stop)
    {
        var chain = await LocalChain.StartAsync(Processes, In("chain"), Ports.Chain, stop);
        await chain.DeployAsync(stop);
        Say($"chain: anvil at {chain.Rpc}, contracts deployed");

        var silo = await SiloNode.StartAsync(Processes, In("silo"), Ports, chain, stop);
        Say($"silo: gateway at {silo.GatewayUrl}, settles from {silo.Operator}");

        using var provider = await EdgeNode.CreateAsync("provider", In("provider"), stop);
        using var consumer = await EdgeNode.CreateAsync("consumer", In("consumer"), stop);
        await chain.GiveGasAsync(consumer.Address, stop);
        await chain.GiveTokensAsync(consumer.Address, stop);
        using var ledger = await ChainLedger.OpenAsync(
            chain, [("consumer", consumer.Address), ("provider", provider.Address), ("operator", silo.Operator)], stop);
        var before = await ledger.ReadBalancesAsync(stop);

        await provider.StartAsync(
            Processes,
            [
                "provide", .. Shared(silo, chain), "--listen", $"127.0.0.1:{Ports.ProviderTunnel}", "--price", PricePerMB,
                "--egress-allow", $"127.0.0.1:{Ports.FileServer}",
            ],
            stop);
        Say($"provider: {provider.Address} sells at {PricePerMB} IPX per MB");

        await consumer.StartAsync(
            Processes,
            [
                "connect", .. Shared(silo, chain), "--socks", $"127.0.0.1:{Ports.Socks}", "--max-price", PricePerMB,
                "--capacity", $"{Options.Megabytes + Math.Max(50, Options.Megabytes / 10)}",
            ],
            stop);
        var channel = (await consumer.TryGetStatusAsync(stop))!.Channels.Single(c => c.Phase == "active");
        Say($"consumer: {consumer.Address}, matched and connected, channel {channel.ChannelId}");

        var unchanged = await DownloadAsync(consumer, provider, onDownloading, stop);
        await consumer.CloseAsync(channel.ChannelId, stop);
        await provider.WaitUntilSettledAsync(channel.ChannelId, stop);

        var receipt = await ledger.ReadReceiptAsync(before, await LastSeenAsync(consumer), await LastSeenAsync(provider), stop);
        receipt.Print(Out);
        var succeeded = Conclude(
            receipt.Faults(), unchanged, "all adds up: the file is unchanged, the provider was paid agreed bytes × price, the balances make up the token");
        SayWhatIsKept(
            ("chain (RPC)", chain.Rpc), ("deployment", chain.DeploymentFile), ("gateway", silo.GatewayUrl),
            ("provider data", provider.DataDirectory), ("consumer data", consumer.DataDirectory));
        return succeeded;

        async Task<EdgeChannel> LastSeenAsync(EdgeNode node) =>
            (await node.TryGetStatusAsync(stop))!.Channels.Single(c => c.ChannelId == channel.ChannelId);
    }

    private static string[] Shared(SiloNode silo, LocalChain chain) =>
        ["--gateway", silo.GatewayUrl, "--rpc", chain.Rpc, "--deployment", chain.DeploymentFile];
}
