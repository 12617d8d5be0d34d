using System.Diagnostics;
using Tachyon.Demo;
using Tachyon.Testing;

namespace Tachyon.EndToEnd.Tests;

/// <summary>What a service manager's SIGTERM costs: nothing. Every part is a process of its own.</summary>
public sealed class StopTests : IDisposable
{
    private const string PricePerMB = "0.0005";
    private const long PayloadBytes = 400_000_000;
    private const ulong CheckpointBytes = 5_000_000;

    // 1,000 ppm of a checkpoint, as channels are opened with by default.
    private const ulong AllowanceBytes = 5_000;

    private readonly DemoPorts _ports = new(FreePorts.Base());
    private readonly ProcessGroup _processes = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("tachyon-stop-").FullName;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(8));

    public void Dispose()
    {
        _limit.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Provider_TerminatedWhileItServes_HasEveryByteSignedAndGoesOnWhereItWas()
    {
        try
        {
            await RunAsync(_limit.Token);
        }
        finally
        {
            await _processes.StopAllAsync();
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var chain = await LocalChain.StartAsync(_processes, In("chain"), _ports.Chain, stop);
        await chain.DeployAsync(stop);
        var silo = await SiloNode.StartAsync(_processes, In("silo"), _ports, chain, stop);
        using var provider = await EdgeNode.CreateAsync("provider", In("provider"), stop);
        using var consumer = await EdgeNode.CreateAsync("consumer", In("consumer"), stop);
        await chain.GiveGasAsync(consumer.Address, stop);
        await chain.GiveTokensAsync(consumer.Address, stop);
        string[] shared = ["--gateway", silo.GatewayUrl, "--rpc", chain.Rpc, "--deployment", chain.DeploymentFile];
        string[] provide =
        [
            "provide", .. shared, "--listen", $"127.0.0.1:{_ports.ProviderTunnel}", "--price", PricePerMB,
            "--egress-allow", $"127.0.0.1:{_ports.FileServer}", "--rate", "20", "--drain", "0",
        ];
        await provider.StartAsync(_processes, provide, stop);
        await consumer.StartAsync(
            _processes, ["connect", .. shared, "--socks", $"127.0.0.1:{_ports.Socks}", "--max-price", PricePerMB, "--capacity", "500"], stop);
        using var download = await DownloadAsync(stop);
        await Eventually.TrueAsync(async () => (await ChannelAsync(consumer, stop))?.OwnBytes > 8_000_000, "bytes flow", TimeSpan.FromMinutes(2));

        Assert.Equal(0, await provider.StopAsync());

        // The download is cut off, as it must be; what it took is signed for, but for what the tolerance allows.
        await download.WaitForExitAsync(stop);
        Assert.NotEqual(0, download.ExitCode);
        var ended = (await ChannelAsync(consumer, stop))!;
        Assert.InRange(ended.OwnBytes, 8_000_000ul, (ulong)PayloadBytes - 1);
        Assert.InRange(ended.AgreedBytes, ended.OwnBytes - AllowanceBytes, ended.OwnBytes + CheckpointBytes);

        // And the provider knows just that when it is back.
        await provider.StartAsync(_processes, provide, stop);
        var again = (await ChannelAsync(provider, stop))!;
        Assert.Equal(ended.OwnBytes, again.OwnBytes);
        Assert.InRange(again.AgreedBytes, ended.AgreedBytes, again.OwnBytes + CheckpointBytes);
    }

    private async Task<Process> DownloadAsync(CancellationToken stop)
    {
        var (config, _) = await WebServer.PrepareAsync(In("web"), _ports.FileServer, PayloadBytes, stop);
        var nginx = _processes.Start("nginx", In("web/nginx.log"), "nginx", ["-c", config, "-e", In("web/error.log")]);
        await nginx.WaitUntilAsync("listened", TimeSpan.FromSeconds(30), _ => Task.FromResult(File.Exists(In("web/nginx.pid"))), stop);
        return Process.Start(new ProcessStartInfo(
            "curl",
            [
                "--silent", "--fail", "--max-time", "240", "--proxy", $"http://127.0.0.1:{_ports.Socks}", "--noproxy", "",
                "--output", In("downloaded.bin"), $"http://127.0.0.1:{_ports.FileServer}/{WebServer.FileName}",
            ]))!;
    }

    private static async Task<EdgeChannel?> ChannelAsync(EdgeNode node, CancellationToken stop) =>
        (await node.TryGetStatusAsync(stop))?.Channels.SingleOrDefault(channel => channel.Phase == "active");

    private string In(string name) => Path.Combine(_directory, name);
}
