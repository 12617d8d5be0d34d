using System.Net;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Demo;
using Tachyon.Protocol.Amounts;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>A chain, a silo and two edges, each a process of its own, and what was really moved through them.</summary>
internal sealed class KillWorld : IAsyncDisposable
{
    private const string PricePerMB = "0.0005";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly DemoPorts _ports = new(FreePorts.Base());
    private readonly ProcessGroup _processes = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("tachyon-kill-").FullName;
    private readonly PatternServer _target = new();
    private readonly List<Transfer> _transfers = [];
    private LocalChain _chain = null!;
    private SiloNode _silo = null!;

    public EthereumChain Chain { get; private set; } = null!;

    public EdgeNode Consumer { get; private set; } = null!;

    public EdgeNode Provider { get; private set; } = null!;

    public SeenUnits Seen { get; } = new();

    /// <summary>Payload that reached an end of a stream: no party can deny that it was carried.</summary>
    public ulong ArrivedBytes => (ulong)(_target.ReceivedBytes + _transfers.Sum(transfer => transfer.ReceivedBytes));

    /// <summary>Payload that clients received or handed over: the most that the consumer can have used.</summary>
    public ulong UsedBytes => (ulong)_transfers.Sum(transfer => transfer.ReceivedBytes + transfer.SentBytes);

    public static async Task<KillWorld> StartAsync(CancellationToken stop)
    {
        var world = new KillWorld();
        try
        {
            await world.StartPartsAsync(stop);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node's process, with the same data as before, and does not wait for it.</summary>
    public void Launch(EdgeNode node)
    {
        string[] shared = ["--gateway", _silo.GatewayUrl, "--rpc", _chain.Rpc, "--deployment", _chain.DeploymentFile];
        node.Launch(_processes, ReferenceEquals(node, Provider)
            ?
            [
                "provide", .. shared, "--listen", $"127.0.0.1:{_ports.ProviderTunnel}", "--price", PricePerMB,
                "--egress-allow", $"127.0.0.1:{_target.EndPoint.Port}", "--rate", "20", "--drain", "0",
            ]
            :
            [
                "connect", .. shared, "--socks", $"127.0.0.1:{_ports.Socks}", "--max-price", PricePerMB,
                "--capacity", "200", "--tolerance", "10000", "--fail-over", "0",
            ]);
    }

    public static Task ServingAsync(EdgeNode node, CancellationToken stop) =>
        node.WaitUntilAsync("served", status => status is { State: "serving", Gateway.State: "connected" }, stop, Patience);

    public static Task AnsweringAsync(EdgeNode node, CancellationToken stop) => node.WaitUntilAsync("answered", _ => true, stop, Patience);

    public static Task SettledAsync(EdgeNode node, string channelId, CancellationToken stop) => node.WaitUntilAsync(
        $"settled {channelId}", status => status.Channels.Any(channel => channel.ChannelId == channelId && channel.Phase == "settled"), stop, Patience);

    /// <summary>Begins to move bytes through the consumer's proxy.</summary>
    public Transfer Move(bool upload, long bytes)
    {
        var transfer = Transfer.Start(new IPEndPoint(IPAddress.Loopback, _ports.Socks), _target.EndPoint, upload, bytes);
        _transfers.Add(transfer);
        return transfer;
    }

    /// <summary>Takes what a node's journal holds of a channel, with or without its process, into <see cref="Seen"/>.</summary>
    public async Task<string> InspectAsync(EdgeNode node, string channelId, CancellationToken stop)
    {
        var file = In($"{node.Name}.json");
        await EdgeAsync($"the {node.Name}'s record", ["channels", "export", channelId, "--data", node.DataDirectory, "--deployment", _chain.DeploymentFile, "-o", file], stop);
        Seen.Add(await File.ReadAllTextAsync(file, stop), $"the {node.Name}'s journal");
        return file;
    }

    /// <summary>As <see cref="InspectAsync"/>, and has every unit of it verified.</summary>
    public async Task VerifyAsync(EdgeNode node, string channelId, CancellationToken stop) =>
        await EdgeAsync($"verifying the {node.Name}'s record", ["verify", await InspectAsync(node, channelId, stop)], stop);

    /// <summary>The same with what the silo keeps.</summary>
    public async Task VerifySiloAsync(string channelId, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_silo.GatewayUrl) };
        var file = In("silo.json");
        var record = await http.GetStringAsync(new Uri($"/v1/channels/{channelId}/evidence", UriKind.Relative), stop);
        await File.WriteAllTextAsync(file, record, stop);
        Seen.Add(record, "the silo");
        await EdgeAsync("verifying the silo's record", ["verify", file], stop);
    }

    public async Task<IReadOnlyList<ChainEvent>> EventsAsync(CancellationToken stop)
    {
        var newest = await Chain.GetBlockAsync(ReadAt.Latest, stop);
        return await Chain.GetEventsAsync(Chain.Deployment.DeployedAtBlock, newest.Number, stop);
    }

    public Task<TokenAmount> BalanceAsync(Protocol.Identity.Address holder, CancellationToken stop) => Chain.GetBalanceAsync(holder, ReadAt.Latest, stop);

    public async ValueTask DisposeAsync()
    {
        foreach (var transfer in _transfers)
        {
            transfer.Dispose();
        }

        Consumer?.Dispose();
        Provider?.Dispose();
        Chain?.Dispose();
        _target.Dispose();
        await _processes.StopAllAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartPartsAsync(CancellationToken stop)
    {
        _chain = await LocalChain.StartAsync(_processes, In("chain"), _ports.Chain, stop);
        await _chain.DeployAsync(stop);
        _silo = await SiloNode.StartAsync(_processes, In("silo"), _ports, _chain, stop);
        Provider = await EdgeNode.CreateAsync("provider", In("provider"), stop);
        Consumer = await EdgeNode.CreateAsync("consumer", In("consumer"), stop);
        await _chain.GiveGasAsync(Consumer.Address, stop);
        await _chain.GiveTokensAsync(Consumer.Address, stop);
        Chain = await EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = new Uri(_chain.Rpc) }, await Deployment.LoadAsync(_chain.DeploymentFile, stop), cancellation: stop);
    }

    private static Task<string> EdgeAsync(string what, IEnumerable<string> arguments, CancellationToken stop) =>
        Command.RunAsync(what, Build.Binary("src/Tachyon.EdgeTunnel", "tachyon-edge"), arguments, stop);

    private string In(string name) => Path.Combine(_directory, name);
}
