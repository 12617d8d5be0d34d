using System.Net.Http.Json;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Chain.Keys;

namespace Tachyon.Demo;

/// <summary>anvil on loopback with Tachyon's contracts, and the tokens to begin with.</summary>
internal sealed class LocalChain
{
    /// <summary>IPX that the faucet gives at once.</summary>
    public const int DripIpx = 1_000;

    /// <summary>anvil's first development account: publicly known, worthless anywhere else.</summary>
    public const string DevelopmentKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    /// <summary>The account of <see cref="DevelopmentKey"/>, which deploys.</summary>
    public static Address Deployer { get; } = Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    private LocalChain(string rpc, string deploymentFile)
    {
        Rpc = rpc;
        DeploymentFile = deploymentFile;
    }

    public string Rpc { get; }

    public string DeploymentFile { get; }

    public static async Task<LocalChain> StartAsync(ProcessGroup processes, string directory, int port, CancellationToken stop)
    {
        Directory.CreateDirectory(directory);
        var process = processes.Start(
            "anvil",
            Path.Combine(directory, "anvil.log"),
            Build.ContractTool("anvil"),
            ["--host", "127.0.0.1", "--port", $"{port}", "--chain-id", "31337", "--silent"]);
        var chain = new LocalChain($"http://127.0.0.1:{port}", Path.Combine(directory, "deployment.json"));
        using var http = new HttpClient();
        await process.WaitUntilAsync("answered", TimeSpan.FromSeconds(30), token => chain.AnswersAsync(http, token), stop);
        return chain;
    }

    /// <summary>Deploys token, faucet and channels with the script that any deployment uses.</summary>
    public Task DeployAsync(CancellationToken stop) => Command.RunAsync(
        "deploying the contracts",
        "node",
        [Path.Combine(Build.Root, "contracts", "scripts", "deploy.mjs"), "--rpc-url", Rpc, "--out", DeploymentFile, "--faucet", $"{DripIpx}"],
        stop,
        ("TACHYON_DEPLOYER_KEY", DevelopmentKey));

    /// <summary>Gives an account 1 ETH for gas.</summary>
    public Task GiveGasAsync(Address account, CancellationToken stop) => Command.RunAsync(
        $"giving {account} gas", Build.ContractTool("cast"), ["send", "--rpc-url", Rpc, "--private-key", DevelopmentKey, "--value", "1ether", $"{account}"], stop);

    /// <summary>Has the faucet give an account <see cref="DripIpx"/> IPX.</summary>
    public async Task GiveTokensAsync(Address account, CancellationToken stop)
    {
        var deployment = await Deployment.LoadAsync(DeploymentFile, stop);
        var faucet = deployment.Faucet ?? throw new DemoFailure("the deployment has no faucet.");
        await Command.RunAsync(
            $"giving {account} tokens",
            Build.ContractTool("cast"),
            ["send", "--rpc-url", Rpc, "--private-key", DevelopmentKey, $"{faucet}", "drip(address)", $"{account}"],
            stop);
    }

    /// <summary>Gives an account tokens of the deployer's.</summary>
    public async Task TransferTokensAsync(Address account, int ipx, CancellationToken stop)
    {
        var deployment = await Deployment.LoadAsync(DeploymentFile, stop);
        await Command.RunAsync(
            $"giving {account} tokens",
            Build.ContractTool("cast"),
            ["send", "--rpc-url", Rpc, "--private-key", DevelopmentKey, $"{deployment.Token}", "transfer(address,uint256)", $"{account}", $"{ipx}000000000000000000"],
            stop);
    }

    /// <summary>Posts the bond of a proxy from the account of a keystore.</summary>
    public async Task RegisterProxyAsync(string keystore, string password, CancellationToken stop)
    {
        var deployment = await Deployment.LoadAsync(DeploymentFile, stop);
        using var chain = await EthereumChain.ConnectAsync(new EthereumChainOptions { Endpoint = new Uri(Rpc) }, deployment, cancellation: stop);
        using var account = new AccountSigner(KeystoreFile.Load(keystore, password));
        using var sender = new TransactionSender(chain, account, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(100) });
        var rules = await chain.GetRulesAsync(stop);
        foreach (var call in new ChainCall[] { new ChainCall.Approve(rules.ProxyBond), new ChainCall.RegisterProxy() })
        {
            if ((await sender.SendAsync(call, stop)).Refusal is { } refusal)
            {
                throw new DemoFailure($"the proxy cannot be registered: {refusal}");
            }
        }
    }

    private async Task<bool> AnswersAsync(HttpClient http, CancellationToken stop)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(Rpc, new { jsonrpc = "2.0", id = 1, method = "eth_chainId", @params = Array.Empty<string>() }, stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
