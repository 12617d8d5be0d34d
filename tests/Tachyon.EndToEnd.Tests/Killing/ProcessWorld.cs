using System.Net;
using System.Text.Json;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Demo;
using Tachyon.Protocol.Amounts;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>Chain, silos and edges, each a process of its own, and what was really moved through them.</summary>
internal abstract class ProcessWorld : IAsyncDisposable
{
    private readonly List<Transfer> _transfers = [];
    private readonly Dictionary<string, SeenUnits> _seen = [];

    protected ProcessWorld() => Target = new PatternServer(Ports.FileServer);

    public EthereumChain Chain { get; private set; } = null!;

    /// <summary>Payload that reached an end of a stream: no party can deny that it was carried.</summary>
    public ulong ArrivedBytes => (ulong)(Target.ReceivedBytes + _transfers.Sum(transfer => transfer.ReceivedBytes));

    /// <summary>Payload that clients received or handed over: the most that the consumer can have used.</summary>
    public ulong UsedBytes => (ulong)_transfers.Sum(transfer => transfer.ReceivedBytes + transfer.SentBytes);

    protected static TimeSpan Patience { get; } = TimeSpan.FromMinutes(4);

    protected DemoPorts Ports { get; } = new(FreePorts.Base());

    protected ProcessGroup Processes { get; } = new();

    protected PatternServer Target { get; }

    protected string DataDirectory { get; } = Directory.CreateTempSubdirectory("tachyon-kill-").FullName;

    /// <summary>The chain's process and files.</summary>
    protected abstract LocalChain Local { get; }

    public static Task ServingAsync(EdgeNode node, CancellationToken stop) =>
        node.WaitUntilAsync("served", status => status is { State: "serving", Gateway.State: "connected" }, stop, Patience);

    public static Task AnsweringAsync(EdgeNode node, CancellationToken stop) => node.WaitUntilAsync("answered", _ => true, stop, Patience);

    public static Task SettledAsync(EdgeNode node, string channelId, CancellationToken stop) => node.WaitUntilAsync(
        $"settled {channelId}", status => status.Channels.Any(channel => channel.ChannelId == channelId && channel.Phase == "settled"), stop, Patience);

    /// <summary>All units that were seen of a channel.</summary>
    public SeenUnits Seen(string channelId)
    {
        if (!_seen.TryGetValue(channelId, out var units))
        {
            _seen[channelId] = units = new SeenUnits();
        }

        return units;
    }

    /// <summary>Begins to move bytes through the consumer's proxy.</summary>
    public Transfer Move(bool upload, long bytes)
    {
        var transfer = Transfer.Start(new IPEndPoint(IPAddress.Loopback, Ports.Socks), Target.EndPoint, upload, bytes);
        _transfers.Add(transfer);
        return transfer;
    }

    /// <summary>Takes what a node's journal holds of a channel, with or without its process, into <see cref="Seen"/>.</summary>
    /// <returns>The file with the record.</returns>
    public async Task<string> InspectAsync(EdgeNode node, string channelId, CancellationToken stop)
    {
        var file = In($"{node.Name}.json");
        await EdgeAsync($"the {node.Name}'s record", ["channels", "export", channelId, "--data", node.DataDirectory, "--deployment", Local.DeploymentFile, "-o", file], stop);
        Seen(channelId).Add(await File.ReadAllTextAsync(file, stop), $"the {node.Name}'s journal");
        return file;
    }

    /// <summary>As <see cref="InspectAsync"/>; the most that a side's units state in the node's journal: consumerUnits or providerUnits.</summary>
    public async Task<ulong> NewestAsync(EdgeNode node, string channelId, string side, CancellationToken stop)
    {
        using var record = JsonDocument.Parse(await File.ReadAllTextAsync(await InspectAsync(node, channelId, stop), stop));
        return record.RootElement.GetProperty(side).EnumerateArray().Select(unit => unit.GetProperty("bytesUsed").GetUInt64()).DefaultIfEmpty().Max();
    }

    /// <summary>As <see cref="InspectAsync"/>, and has every unit of it verified.</summary>
    public async Task VerifyAsync(EdgeNode node, string channelId, CancellationToken stop) =>
        await EdgeAsync($"verifying the {node.Name}'s record", ["verify", await InspectAsync(node, channelId, stop)], stop);

    /// <summary>The same with what a silo keeps.</summary>
    public async Task VerifySiloAsync(SiloNode silo, string channelId, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = new Uri(silo.GatewayUrl) };
        var file = In("silo.json");
        var record = await http.GetStringAsync(new Uri($"/v1/channels/{channelId}/evidence", UriKind.Relative), stop);
        await File.WriteAllTextAsync(file, record, stop);
        Seen(channelId).Add(record, "the silo");
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

        DisposeNodes();
        Chain?.Dispose();
        Target.Dispose();
        await Processes.StopAllAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>Lets go of what watches the nodes.</summary>
    protected abstract void DisposeNodes();

    /// <summary>Reads the chain itself, once it has its contracts.</summary>
    protected async Task WatchChainAsync(CancellationToken stop) => Chain = await EthereumChain.ConnectAsync(
        new EthereumChainOptions { Endpoint = new Uri(Local.Rpc) }, await Deployment.LoadAsync(Local.DeploymentFile, stop), cancellation: stop);

    protected string In(string name) => Path.Combine(DataDirectory, name);

    private static Task<string> EdgeAsync(string what, IEnumerable<string> arguments, CancellationToken stop) =>
        Command.RunAsync(what, Build.Binary("src/Tachyon.EdgeTunnel", "tachyon-edge"), arguments, stop);
}
