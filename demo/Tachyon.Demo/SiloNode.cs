using System.Security.Cryptography;
using System.Text.Json;
using Tachyon.Chain.Keys;

namespace Tachyon.Demo;

/// <summary>A silo process with its operator's account.</summary>
internal sealed class SiloNode
{
    // What a pool takes for the demo's traffic, and little more.
    private const int PoolIpx = 100;
    private const long PoolStepBytes = 100_000_000_000;

    private readonly string directory;
    private ManagedProcess? process;

    private SiloNode(string directory, string gatewayUrl, Address @operator)
    {
        this.directory = directory;
        (GatewayUrl, Operator) = (gatewayUrl, @operator);
    }

    public string GatewayUrl { get; }

    /// <summary>Who runs it, and settles from this account.</summary>
    public Address Operator { get; }

    /// <summary>The file whose first line operator actions must show.</summary>
    public string OperatorKeyFile => Path.Combine(directory, "operator-key");

    private string SettingsFile => Path.Combine(directory, "silo.json");

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

        var silo = new SiloNode(directory, $"http://127.0.0.1:{ports.Gateway}", account);
        await File.WriteAllTextAsync(silo.OperatorKeyFile, RandomNumberGenerator.GetHexString(64) + "\n", stop);
        await File.WriteAllTextAsync(
            silo.SettingsFile,
            JsonSerializer.Serialize(new
            {
                DataDirectory = Path.Combine(directory, "data"),
                Chain = new { Endpoint = chain.Rpc, chain.DeploymentFile },
                Operator = new { KeystoreFile = keystore, PasswordFile = passwordFile },
                Gateway = new { Urls = new[] { silo.GatewayUrl }, silo.OperatorKeyFile },
                Grains = asProxy ? new Dictionary<string, object> { ["Proxy"] = true, ["ProxyPoolStepBytes"] = PoolStepBytes } : new Dictionary<string, object>(),
                Cluster = new { SiloPort = ports.SiloToSilo, ClientPort = ports.SiloClients },
            }),
            stop);

        silo.Launch(processes);
        await silo.ReadyAsync(stop);
        return silo;
    }

    /// <summary>Starts the process, with the same data as before, and does not wait for it.</summary>
    public void Launch(ProcessGroup processes) => process = processes.Start(
        "the silo", Path.Combine(directory, "silo.log"), Build.Binary("src/Tachyon.Silo", "tachyon-silo"), ["--config", SettingsFile]);

    /// <summary>Waits until the process takes edges.</summary>
    public async Task ReadyAsync(CancellationToken stop, TimeSpan? limit = null)
    {
        using var http = new HttpClient { BaseAddress = new Uri(GatewayUrl) };
        await process!.WaitUntilAsync("got ready", limit ?? TimeSpan.FromSeconds(60), token => IsReadyAsync(http, token), stop);
    }

    /// <summary>SIGKILL: nothing in the process runs any more.</summary>
    public Task KillAsync() => process!.KillAsync();

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
