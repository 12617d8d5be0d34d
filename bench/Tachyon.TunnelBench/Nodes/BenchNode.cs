using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.TunnelBench.Nodes;

/// <summary>
/// One side of a tunnel as a process: the node's own tunnel, SOCKS server, exit and journal, without chain and gateway, so
/// that metering can be left out for comparison. A real node has no such switch.
/// </summary>
internal static class BenchNode
{
    public static async Task ProvideAsync(string directory, int port, bool metered, CancellationToken stop)
    {
        await using var parts = NodeParts.Open(directory, BenchChannel.Provider, metered);
        if (!AddressRange.TryParse("127.0.0.0/8", out var loopback))
        {
            throw new InvalidOperationException("Loopback is no range of addresses.");
        }

        var exit = new NodeExit(new EgressPolicy([loopback!]), new SystemResolver(), new ExitOptions(), new ExitLimits(), TimeProvider.System);
        await using var tunnel = ProviderTunnel.Start(new IPEndPoint(IPAddress.Loopback, port), parts.Context, new BenchChannel.Directory(), exit);
        Console.WriteLine("ready");
        await ForeverAsync(stop);
    }

    public static async Task ConnectAsync(string directory, int port, int socksPort, bool metered, CancellationToken stop)
    {
        await using var parts = NodeParts.Open(directory, BenchChannel.Consumer, metered);
        var connection = await ConsumerTunnel.ConnectAsync("127.0.0.1", port, BenchChannel.Channel, parts.Context, stop);
        await using var tunnel = connection.Tunnel ?? throw new InvalidOperationException($"{connection.Fault}: {connection.Detail}");
        await using var socks = ProxyServer.Start(
            new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, socksPort) }, tunnel, TimeProvider.System, NullLogger.Instance);
        Console.WriteLine("ready");
        var end = await Task.WhenAny(tunnel.Completion, ForeverAsync(stop));
        if (end is Task<SessionEnd> ended)
        {
            throw new InvalidOperationException($"the session ended: {(await ended).Detail}");
        }
    }

    /// <summary>The parts of a node in TUN mode, which is always metered.</summary>
    internal static NodeParts Open(string directory, KeySigner signer) => NodeParts.Open(directory, signer, metered: true);

    internal static Task ForeverAsync(CancellationToken stop) =>
        Task.Delay(Timeout.InfiniteTimeSpan, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    internal sealed class NodeParts : IAsyncDisposable
    {
        private readonly EdgeJournal _journal;

        private NodeParts(EdgeJournal journal, TunnelContext context)
        {
            _journal = journal;
            Context = context;
        }

        public TunnelContext Context { get; }

        public static NodeParts Open(string directory, KeySigner signer, bool metered)
        {
            System.IO.Directory.CreateDirectory(directory);
            var time = TimeProvider.System;
            var verifier = new SignatureVerifier();
            var journal = EdgeJournal.Open(Path.Combine(directory, "journal.db"));
            IUnitEngines engines = metered
                ? new UnitEngines(new UnitEngineParts
                {
                    Signer = signer,
                    Verifier = verifier,
                    Domain = BenchChannel.Domain,
                    Journal = new UnitJournal(journal, time),
                    Time = time,
                    LoggerFactory = NullLoggerFactory.Instance,
                })
                : new UnmeteredEngines();
            return new NodeParts(journal, new TunnelContext
            {
                Signer = signer,
                Verifier = verifier,
                Domain = BenchChannel.Domain,
                Engines = engines,
                Services = new SessionServices(new TunnelOptions(), time),
                LoggerFactory = NullLoggerFactory.Instance,
            });
        }

        public ValueTask DisposeAsync() => _journal.DisposeAsync();
    }
}
