using Tachyon.Demo;

namespace Tachyon.EndToEnd.Tests;

/// <summary>The samples do what their first lines say, against a chain, a silo and a provider as processes.</summary>
public sealed class SampleTests : IDisposable
{
    private const int PayloadBytes = 3_000_000;

    private readonly DemoPorts _ports = new(FreePorts.Base());
    private readonly ProcessGroup _processes = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("tachyon-sample-").FullName;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));

    public void Dispose()
    {
        _limit.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Consumer_OpensAChannel_Downloads_AndSaysWhatItPaid()
    {
        try
        {
            var output = await RunAsync(_limit.Token);

            Assert.Contains($"downloaded {PayloadBytes} bytes", output);
            Assert.Matches(@"used 3\d{6} bytes, paid 0\.00\d+ IPX, got 0\.24\d+ IPX back", output);
        }
        finally
        {
            await _processes.StopAllAsync();
        }
    }

    private async Task<string> RunAsync(CancellationToken stop)
    {
        var chain = await LocalChain.StartAsync(_processes, In("chain"), _ports.Chain, stop);
        await chain.DeployAsync(stop);
        var silo = await SiloNode.StartAsync(_processes, In("silo"), _ports, chain, stop);
        using var provider = await EdgeNode.CreateAsync("provider", In("provider"), stop);
        using var consumer = await EdgeNode.CreateAsync("consumer", In("consumer"), stop);
        await chain.GiveGasAsync(consumer.Address, stop);
        await chain.GiveTokensAsync(consumer.Address, stop);
        await provider.StartAsync(
            _processes,
            [
                "provide", "--gateway", silo.GatewayUrl, "--rpc", chain.Rpc, "--deployment", chain.DeploymentFile,
                "--listen", $"127.0.0.1:{_ports.ProviderTunnel}", "--price", "0.0005", "--egress-allow", $"127.0.0.1:{_ports.FileServer}",
            ],
            stop);
        var (config, _) = await WebServer.PrepareAsync(In("web"), _ports.FileServer, PayloadBytes, stop);
        var nginx = _processes.Start("nginx", In("web/nginx.log"), "nginx", ["-c", config, "-e", In("web/error.log")]);
        await nginx.WaitUntilAsync("listened", TimeSpan.FromSeconds(30), _ => Task.FromResult(File.Exists(In("web/nginx.pid"))), stop);
        return await Command.RunAsync(
            "the sample",
            Build.Binary("samples/Tachyon.Samples.Consumer", "tachyon-sample-consumer"),
            [
                consumer.DataDirectory, consumer.PasswordPath, silo.GatewayUrl, chain.Rpc, chain.DeploymentFile,
                $"http://127.0.0.1:{_ports.FileServer}/{WebServer.FileName}",
            ],
            stop);
    }

    private string In(string name) => Path.Combine(_directory, name);
}
