using System.Text.Json;
using Tachyon.Chain.Keys;

namespace Tachyon.Demo;

/// <summary>A silo process with its operator's account.</summary>
internal sealed record SiloNode(string GatewayUrl, Address Operator)
{
    /// <summary>Makes the operator's key, gives it gas, starts the silo and waits until it is ready.</summary>
    public static async Task<SiloNode> StartAsync(
        ProcessGroup processes, string directory, DemoPorts ports, LocalChain chain, CancellationToken stop)
    {
        var (passwordFile, password) = await PasswordFile.WriteAsync(directory, stop);
        var keystore = Path.Combine(directory, "operator.json");
        var account = KeystoreFile.Create(keystore, password);
        await chain.GiveGasAsync(account, stop);

        var silo = new SiloNode($"http://127.0.0.1:{ports.Gateway}", account);
        var settings = Path.Combine(directory, "silo.json");
        await File.WriteAllTextAsync(
            settings,
            JsonSerializer.Serialize(new
            {
                DataDirectory = Path.Combine(directory, "data"),
                Chain = new { Endpoint = chain.Rpc, chain.DeploymentFile },
                Operator = new { KeystoreFile = keystore, PasswordFile = passwordFile },
                Gateway = new { Urls = new[] { silo.GatewayUrl } },
                Cluster = new { SiloPort = ports.SiloToSilo, ClientPort = ports.SiloClients },
            }),
            stop);

        var process = processes.Start(
            "the silo", Path.Combine(directory, "silo.log"), Build.Binary("src/Tachyon.Silo", "tachyon-silo"), ["--config", settings]);
        using var http = new HttpClient { BaseAddress = new Uri(silo.GatewayUrl) };
        await process.WaitUntilAsync("got ready", TimeSpan.FromSeconds(60), token => IsReadyAsync(http, token), stop);
        return silo;
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
