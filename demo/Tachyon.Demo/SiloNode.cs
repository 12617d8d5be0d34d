using System.Security.Cryptography;
using System.Text.Json;
using Tachyon.Chain.Keys;

namespace Tachyon.Demo;

/// <summary>A silo process with its operator's account.</summary>
internal sealed record SiloNode(string GatewayUrl, Address Operator)
{
    // What a pool takes for the demo's traffic, and little more.
    private const int PoolIpx = 100;
    private const long PoolStepBytes = 100_000_000_000;

    /// <summary>The file whose first line operator actions must show.</summary>
    public string OperatorKeyFile { get; private init; } = "";

    /// <summary>Makes the operator's key, gives it gas, starts the silo and waits until it is ready.</summary>
    /// <param name="processes">what to stop at the end</param>
    /// <param name="directory">where the silo keeps its state</param>
    /// <param name="ports">where it listens</param>
    /// <param name="chain">where it settles</param>
    /// <param name="stop">cancels</param>
    /// <param name="asProxy">whether the operator posts the bond and serves routes as a proxy</param>
    public static async Task<SiloNode> StartAsync(
        ProcessGroup processes, string directory, DemoPorts ports, LocalChain chain, CancellationToken stop, bool asProxy = false)
    {
        var (passwordFile, password) = await PasswordFile.WriteAsync(directory, stop);
        var keystore = Path.Combine(directory, "operator.json");
        var account = KeystoreFile.Create(keystore, password);
        await chain.GiveGasAsync(account, stop);
        if (asProxy)
        {
            await chain.GiveTokensAsync(account, stop);
            await chain.RegisterProxyAsync(keystore, password, stop);

            // The bond took what the faucet gave.
            await chain.TransferTokensAsync(account, PoolIpx, stop);
        }

        var operatorKey = Path.Combine(directory, "operator-key");
        await File.WriteAllTextAsync(operatorKey, RandomNumberGenerator.GetHexString(64) + "\n", stop);
        var silo = new SiloNode($"http://127.0.0.1:{ports.Gateway}", account) { OperatorKeyFile = operatorKey };
        var settings = Path.Combine(directory, "silo.json");
        await File.WriteAllTextAsync(
            settings,
            JsonSerializer.Serialize(new
            {
                DataDirectory = Path.Combine(directory, "data"),
                Chain = new { Endpoint = chain.Rpc, chain.DeploymentFile },
                Operator = new { KeystoreFile = keystore, PasswordFile = passwordFile },
                Gateway = new { Urls = new[] { silo.GatewayUrl }, OperatorKeyFile = operatorKey },
                Grains = asProxy ? new Dictionary<string, object> { ["Proxy"] = true, ["ProxyPoolStepBytes"] = PoolStepBytes } : new Dictionary<string, object>(),
                Cluster = new { SiloPort = ports.SiloToSilo, ClientPort = ports.SiloClients },
            }),
            stop);

        var process = processes.Start(
            "the silo", Path.Combine(directory, "silo.log"), Build.Binary("src/Tachyon.Silo", "tachyon-silo"), ["--config", settings]);
        using var http = new HttpClient { BaseAddress = new Uri(silo.GatewayUrl) };
        await process.WaitUntilAsync("got ready", TimeSpan.FromSeconds(60), token => IsReadyAsync(http, token), stop);
        return silo;
    }

    /// <summary>Has the silo claim on chain what a channel's provider has earned.</summary>
    public async Task ClaimAsync(string channelId, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri(GatewayUrl) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(OperatorKeyFile, stop)).Trim());
        using var answer = await http.PostAsync(new Uri($"/v1/channels/{channelId}/claim", UriKind.Relative), null, stop);
        if (!answer.IsSuccessStatusCode)
        {
            throw new DemoFailure($"the silo does not claim on channel {channelId}: {await answer.Content.ReadAsStringAsync(stop)}");
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/v1/ready", UriKind.Relative), stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
