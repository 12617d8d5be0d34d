using System.Diagnostics;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Chain.Keys;
using Tachyon.Demo;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EndToEnd.Tests;

/// <summary>
/// A consumer whose route the proxy refuses, at its command line: what cannot pass by itself ends the command with a sentence and a code of its own,
/// and what can is said by <c>status</c> while it is tried again.
/// </summary>
internal sealed class RefusedRoutes(RouteStage stage, EdgeNode consumer, EdgeNode dear) : IDisposable
{
    private const string DearPricePerMB = "0.001";
    private const int RouteRefused = 21;
    private const int Slots = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task AssertAreSaidAsync(RouteStage stage, CancellationToken stop)
    {
        var consumer = await EdgeNode.CreateAsync("refused consumer", Path.Combine(stage.Directory, "refused"), stop);
        await stage.Chain.GiveGasAsync(consumer.Address, stop);
        await stage.Chain.GiveTokensAsync(consumer.Address, stop);
        using var refused = new RefusedRoutes(stage, consumer, await EdgeNode.CreateAsync("dear exit", Path.Combine(stage.Directory, "dear"), stop));
        await refused.RunAsync(stop);
    }

    public void Dispose()
    {
        consumer.Dispose();
        dear.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        // An exit that nobody knows.
        await EndsAsync(stage.Parties["consumer"], "no such exit is known", "choose another --exit, or auto", stop);

        // One whose pool would take more than the proxy has left.
        await dear.StartAsync(
            stage.Processes,
            ["provide", .. stage.Shared, "--listen", "127.0.0.1:0", "--price", DearPricePerMB, "--accept-routes", $"{stage.Silo.Operator}"],
            stop);
        await EndsAsync(dear.Address, "the proxy's account does not hold what its channel to the exit takes", "use another --proxy", stop);

        // And one whose slots are taken: that may change, so it is tried again.
        await TakeSlotsAsync(stop);
        consumer.Launch(stage.Processes, Arguments(dear.Address));
        await Eventually.TrueAsync(
            async () =>
            {
                // Between one attempt and the next; during one it says that it asks.
                var (_, output, _) = await EdgeAsync(["status", "--data", consumer.DataDirectory], stop);
                return OneLine(output).Contains("opening: the proxy refuses the route: all of the exit's slots are taken; choose another --exit, or auto", StringComparison.Ordinal);
            },
            "status to say why there is no route",
            Patience);
        await consumer.StopAsync();
    }

    private async Task EndsAsync(Address exit, string reason, string advice, CancellationToken stop)
    {
        var (code, _, error) = await EdgeAsync(
            [.. Arguments(exit), "--data", consumer.DataDirectory, "--password-file", consumer.PasswordPath, "--log-level", "error"], stop);
        var sentence = error.Trim().Split('\n')[^1];
        Assert.True(code == RouteRefused, error);
        Assert.StartsWith("error: the proxy refuses the route: ", sentence, StringComparison.Ordinal);
        Assert.Contains(reason, sentence, StringComparison.Ordinal);
        Assert.Contains(advice, sentence, StringComparison.Ordinal);
    }

    private string[] Arguments(Address exit) =>
    [
        "connect", .. stage.Shared, "--socks", "127.0.0.1:0", "--max-price", DearPricePerMB, "--capacity", "100",
        "--proxy", $"{stage.Silo.Operator}", "--via", $"{stage.Relay.Address}", "--exit", $"{exit}",
    ];

    // By channels of somebody else's, which the exit confirms as any.
    private async Task TakeSlotsAsync(CancellationToken stop)
    {
        using var chain = await EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = new Uri(stage.Chain.Rpc) }, await Deployment.LoadAsync(stage.Chain.DeploymentFile, stop), cancellation: stop);
        using var signer = new AccountSigner(Convert.FromHexString(LocalChain.DevelopmentKey[2..]));
        using var account = new ConsumerAccount(chain, signer, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(100) });
        for (var slot = 0; slot < Slots; slot++)
        {
            var terms = new Terms(
                LocalChain.Deployer, dear.Address, 100_000_000, TokenAmount.ParseTokens(DearPricePerMB), 1_000, ChannelKind.Direct, Keccak256.HashText($"slot {slot}"));
            var outcome = await account.OpenAsync(terms, stop);
            Assert.True(outcome.Succeeded, outcome.Refusal?.ToString());
        }

        await Eventually.TrueAsync(
            async () => (await dear.TryGetStatusAsync(stop))!.Channels.Count(channel => channel.Phase == "active") == Slots, "all slots are taken", Patience);
    }

    // As read, wherever the terminal's width broke it.
    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static async Task<(int Code, string Output, string Error)> EdgeAsync(IEnumerable<string> arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(Build.Binary("src/Tachyon.EdgeTunnel", "tachyon-edge"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await using var killed = stop.Register(() => process.Kill(entireProcessTree: true));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        return (process.ExitCode, await output, await error);
    }
}
