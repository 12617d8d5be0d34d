using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>One process of a consumer that has a lock: its whole node, on a directory that a process before it may have left.</summary>
internal sealed class LockOwner : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _directory;
    private readonly NodeKey _key;
    private readonly EdgeJournal _journal;
    private readonly ChannelBook _book;
    private readonly GatewayClient _gateway;
    private readonly NodeParts _parts;
    private readonly ConsumerNode _role;
    private readonly NodeHost _host;
    private Task _running = Task.CompletedTask;

    public LockOwner(GatewayCluster cluster, int number, string directory)
    {
        _directory = directory;
        Link = new MortalLink(cluster);
        var node = new NodeOptions
        {
            Data = new DataDirectory(directory),
            KeystorePath = "",
            Gateways = [new Uri($"https://{GatewayCluster.Name}")],
            Rpc = new Uri("http://127.0.0.1:1"),
            DeploymentPath = "",
        };
        _key = new NodeKey(TestEdge.KeyOf(number));
        _journal = EdgeJournal.Open(node.Data.JournalPath);
        _book = new ChannelBook(_journal);
        _gateway = new GatewayClient(
            new GatewayClientOptions
            {
                Gateways = [new GatewayAddress(node.Gateways[0])],
                Domain = cluster.Chain.Domain,
                MinRetryDelay = TimeSpan.FromMilliseconds(20),
                MaxRetryDelay = TimeSpan.FromMilliseconds(100),
                RequestTimeout = TimeSpan.FromSeconds(5),
            },
            _key.Messages,
            Link,
            TimeProvider.System,
            NullLogger<GatewayClient>.Instance);
        _parts = ConsumerNodeRun.PartsOf(cluster.Chain, node, _key, _journal, _book, _gateway);

        // There is no relay: the node keeps what it has, and opens nothing.
        _role = new ConsumerNode(_parts, new ConnectOptions
        {
            Node = node,
            Socks = new IPEndPoint(IPAddress.Loopback, 0),
            CapacityBytes = LockWorld.CapacityBytes,
            MaxPricePerMB = LockWorld.PricePerMB,
            TolerancePpm = 1_000,
            OpenTimeout = TimeSpan.FromHours(1),
            Route = new RouteOptions(cluster.Operator.Address, null),
        });
        _host = new NodeHost(_parts, node, _role);
    }

    /// <summary>Its way to the silos, on which it dies.</summary>
    public MortalLink Link { get; }

    /// <summary>Takes up a lock that the chain shows active, and has the proxy take its first unit.</summary>
    public async Task TakeUpAsync(ChannelRecord channel, RouteRecord route)
    {
        await _journal.Routes.SaveAsync(route);
        await _book.SaveAsync(channel, CancellationToken.None);
        await MeterAsync(channel, (_, meter, _) => meter.Taken.WaitAsync(Eventually.DefaultTimeout));
    }

    /// <summary>Counts so much use of its lock, as a session with the exit would, and signs for it until the others have done their part.</summary>
    public Task UseAsync(ChannelId lockId, ulong usedBytes, Func<ChannelEvidence, Task<bool>> areDone) => MeterAsync(
        _book.Find(lockId)!,
        async (engine, meter, gateway) =>
        {
            const int PayloadBytes = 16_000;
            var countedBytes = 0ul;
            await Eventually.TrueAsync(
                async () =>
                {
                    while (gateway.Pushes.TryRead(out var push))
                    {
                        meter.Hear(push);
                    }

                    while (countedBytes < usedBytes && engine.TryAdmitWhole(PayloadBytes))
                    {
                        countedBytes += PayloadBytes;
                    }

                    return await areDone(engine.Evidence) && countedBytes >= usedBytes;
                },
                $"{usedBytes} bytes of the route to be used and signed for");
        });

    // Without a node: its gateway, its engine and the meter in between.
    private async Task MeterAsync(ChannelRecord channel, Func<ConsumerUnitEngine, LockMeter, GatewayClient, Task> use)
    {
        await using var gateway = new GatewayClient(
            new GatewayClientOptions { Gateways = [_gateway.Gateway], Domain = _parts.Deployment.Domain },
            _key.Messages,
            Link,
            TimeProvider.System,
            NullLogger<GatewayClient>.Instance);
        gateway.Start();
        using var engines = new UnitEngines(new UnitEngineParts
        {
            Signer = _key.Messages,
            Verifier = _parts.Verifier,
            Domain = _parts.Deployment.Domain,
            Journal = new UnitJournal(_journal, TimeProvider.System),
            Time = TimeProvider.System,
            LoggerFactory = NullLoggerFactory.Instance,
            RouteStepOf = _ => LockWorld.StepBytes,
        });
        var engine = (ConsumerUnitEngine)await engines.GetAsync(channel.ForTunnel(), CancellationToken.None);
        await using var meter = new LockMeter(engine, gateway, closes: false, TimeProvider.System, NullLogger.Instance);
        meter.Begin();
        await use(engine, meter, gateway);
    }

    /// <summary>Runs the node.</summary>
    public async Task StartAsync(ChannelId lockId)
    {
        _running = Task.Run(() => _host.RunAsync(_stop.Token));
        await UntilAsync(() => _host.FindChannel(lockId) is not null && (_gateway.Status.Phase == GatewayPhase.Connected || Link.Died.IsCompleted), "the node to run");
    }

    /// <summary>Has the node close its lock, as its owner would by hand.</summary>
    public void Close(ChannelId lockId) => _host.RequestClose(lockId);

    /// <summary>Waits until the node has seen the lock settled, asking again whenever a close failed, or until its process is dead.</summary>
    public Task SettledAsync(ChannelId lockId) => UntilAsync(
        () =>
        {
            var channel = _host.FindChannel(lockId);
            if (channel?.Close is { State: "failed" })
            {
                Close(lockId);
            }

            return Link.Died.IsCompleted || channel?.Phase == "settled";
        },
        $"lock {lockId} to be settled");

    /// <summary>The closures that this side signed, as they are durable.</summary>
    public IReadOnlyList<SignedClosure> Closures(ChannelId lockId) => _journal.Closures.Load(lockId, ClosureSide.Own);

    /// <summary>The process dies: a copy of its files, as they are now, for the next one.</summary>
    public void Kill(string copy)
    {
        Link.Die();
        Directory.CreateDirectory(copy);

        // The log last: what the tables have taken meanwhile is still in it.
        foreach (var name in new[] { "journal.db", "journal.db-wal", "journal.counts", "journal.log" }.Where(name => File.Exists(Path.Combine(_directory, name))))
        {
            using var source = new FileStream(Path.Combine(_directory, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(Path.Combine(copy, name));
            source.CopyTo(target);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
        await _role.DisposeAsync();
        await _gateway.DisposeAsync();
        _parts.Account.Dispose();
        _book.Dispose();
        await _journal.DisposeAsync();
        _key.Dispose();
        _stop.Dispose();
    }

    private Task UntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        async () =>
        {
            if (_running.IsCompleted)
            {
                await _running;
                throw new InvalidOperationException($"The node ended before {what}.");
            }

            return condition();
        },
        $"{what}; {_parts.Progress.Current}");
}
