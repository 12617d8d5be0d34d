using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A consumer and a provider in one process: loopback TCP, TLS, real ledgers, journals in memory.</summary>
internal sealed class TunnelPair : IAsyncDisposable
{
    private readonly UnitEngines _consumerEngines;
    private readonly UnitEngines _providerEngines;

    private TunnelPair(TestChannel channel, MemoryUnitJournal? consumerJournal, MemoryUnitJournal? providerJournal, IExitConnector? exit, TimeProvider time)
    {
        Test = channel;
        ConsumerJournal = consumerJournal ?? new MemoryUnitJournal();
        ProviderJournal = providerJournal ?? new MemoryUnitJournal();
        (ConsumerContext, _consumerEngines) = Context(channel.Consumer, ConsumerJournal, ConsumerObserver, time);
        (ProviderContext, _providerEngines) = Context(channel.Provider, ProviderJournal, ProviderObserver, time);
        Assert.True(AddressRange.TryParse("127.0.0.0/8", out var loopback));
        Provider = ProviderTunnel.Start(
            new IPEndPoint(IPAddress.Loopback, 0),
            ProviderContext,
            channel.Directory,
            exit is null
                ? new NodeExit(new EgressPolicy([loopback!]), new SystemResolver(), new ExitOptions(), new ExitLimits(), time)
                : new SharedExit(exit));
    }

    public TestChannel Test { get; }

    public MemoryUnitJournal ConsumerJournal { get; }

    public MemoryUnitJournal ProviderJournal { get; }

    public Observer ConsumerObserver { get; } = new();

    public Observer ProviderObserver { get; } = new();

    public TunnelContext ConsumerContext { get; }

    public TunnelContext ProviderContext { get; }

    public ProviderTunnel Provider { get; }

    public ConsumerTunnel Consumer { get; private set; } = null!;

    public ChannelStats ConsumerStats => _consumerEngines.Stats(Test.Channel.ChannelId)!;

    public ChannelStats ProviderStats => _providerEngines.Stats(Test.Channel.ChannelId)!;

    public static async Task<TunnelPair> ConnectAsync(
        TestChannel channel, MemoryUnitJournal? consumerJournal = null, MemoryUnitJournal? providerJournal = null, IExitConnector? exit = null, TimeProvider? time = null)
    {
        var pair = new TunnelPair(channel, consumerJournal, providerJournal, exit, time ?? TimeProvider.System);
        await pair.ConnectAsync();
        return pair;
    }

    /// <summary>Connects again, to the same channel.</summary>
    public async Task ConnectAsync()
    {
        var connection = await ConsumerTunnel.ConnectAsync(
            "127.0.0.1", Provider.LocalEndPoint.Port, Test.Channel, ConsumerContext, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(HandshakeFault.None, connection.Fault);
        Consumer = connection.Tunnel!;
    }

    public async ValueTask DisposeAsync()
    {
        await Consumer.DisposeAsync();
        await Provider.DisposeAsync();
        _consumerEngines.Dispose();
        _providerEngines.Dispose();
    }

    private static (TunnelContext Context, UnitEngines Engines) Context(INodeSigner signer, IUnitJournal journal, Observer observer, TimeProvider time)
    {
        var verifier = new SignatureVerifier();
        var engines = new UnitEngines(new UnitEngineParts
        {
            Signer = signer,
            Verifier = verifier,
            Domain = TestChannel.Domain,
            Journal = journal,
            Time = time,
            LoggerFactory = NullLoggerFactory.Instance,
            Observer = observer,
        });
        var context = new TunnelContext
        {
            Signer = signer,
            Verifier = verifier,
            Domain = TestChannel.Domain,
            Engines = engines,
            Services = new SessionServices(new TunnelOptions(), time),
            LoggerFactory = NullLoggerFactory.Instance,
            Observer = observer,
        };
        return (context, engines);
    }

    /// <summary>Remembers what it was told.</summary>
    internal sealed class Observer : ITunnelObserver
    {
        public ConcurrentQueue<ChannelEvidence> Evidence { get; } = new();

        public ConcurrentQueue<SessionEnd> Ends { get; } = new();

        public TaskCompletionSource<(SignedClosure Own, SignedClosure Peer)> Closed { get; } = new();

        public void OnSessionStarted(ChannelId channelId)
        {
        }

        public void OnSessionEnded(ChannelId channelId, SessionEnd end) => Ends.Enqueue(end);

        public void OnEvidence(ChannelId channelId, ChannelEvidence evidence) => Evidence.Enqueue(evidence);

        public void OnClosed(ChannelId channelId, SignedClosure own, SignedClosure peer) => Closed.TrySetResult((own, peer));
    }
}
