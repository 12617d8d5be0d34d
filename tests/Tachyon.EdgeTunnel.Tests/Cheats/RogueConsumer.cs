using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>A consumer that signs as its role wants, with a real channel of a whole provider node, over real sockets.</summary>
internal sealed class RogueConsumer : IAsyncDisposable
{
    private readonly NodeWorld _world;
    private readonly RunningNode _provider;
    private readonly TransactionSender _sender;
    private readonly TunnelContext _context;
    private readonly TunnelChannel _channel;
    private readonly List<MemoryEndpoint> _clients = [];
    private readonly List<ConsumerTunnel> _tunnels = [];

    private RogueConsumer(NodeWorld world, RunningNode provider, TunnelChannel channel, Engine engine)
    {
        _world = world;
        _provider = provider;
        _channel = channel;
        Role = engine;
        _sender = SenderOf(world);
        _context = new TunnelContext
        {
            Signer = TestChannels.Consumer,
            Verifier = new SignatureVerifier(),
            Domain = world.Chain.Domain,
            Engines = new OneEngine(engine),
            Services = new SessionServices(new TunnelOptions { EndTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System),
            LoggerFactory = NullLoggerFactory.Instance,
        };
    }

    public Engine Role { get; }

    public Terms Terms => _channel.Terms;

    public ConsumerTunnel Tunnel => _tunnels[^1];

    /// <summary>Opens a channel that the provider confirms, and connects.</summary>
    /// <param name="world">The world.</param>
    /// <param name="provider">The honest node.</param>
    /// <param name="states">What a unit states, given what was used.</param>
    /// <param name="replays">From how many signed bytes on it sends its first unit again instead of new ones.</param>
    public static async Task<RogueConsumer> ConnectAsync(NodeWorld world, RunningNode provider, Func<ulong, ulong> states, ulong replays = ulong.MaxValue)
    {
        await provider.ServingAsync();
        var terms = TestChannels.Terms(capacityBytes: 100_000_000);
        using (var opener = new ConsumerAccount(
            world.Chain, new AccountSigner(TestChannels.ConsumerKey), new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5) }))
        {
            Assert.True((await opener.OpenAsync(terms)).Succeeded);
        }

        await provider.UntilAsync(status => status.Channels is [{ Phase: "active" }], "the channel is active");
        var channel = new TunnelChannel(terms.ChannelId(world.Chain.Domain), terms, terms.CapacityBytes);
        var rogue = new RogueConsumer(world, provider, channel, new Engine(channel, world.Chain.Domain, states, replays));
        await rogue.ConnectAsync();
        return rogue;
    }

    /// <summary>Connects anew.</summary>
    public async Task ConnectAsync()
    {
        var connection = await ConsumerTunnel.ConnectAsync(
            "127.0.0.1", IPEndPoint.Parse(_provider.Status.Listen!).Port, _channel, _context, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(HandshakeFault.None, connection.Fault);
        _tunnels.Add(connection.Tunnel!);
    }

    /// <summary>Asks for all that the target gives, and takes it as it comes.</summary>
    public async Task DownloadAsync(ByteSource target)
    {
        var opening = await Tunnel.OpenAsync(TestTargets.Create("127.0.0.1", target.Port), CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(OpenOutcome.Connected, opening.Outcome);
        var client = new MemoryEndpoint();
        opening.Stream!.Attach(client);
        await client.Writer.WriteAsync(new byte[] { 1 });
        _clients.Add(client);
        _ = TakeAsync(client);
    }

    /// <summary>Begins to close with the units of its choice.</summary>
    public async Task StartCloseAsync(SignedUnit? consumerUnit, SignedUnit? providerUnit) =>
        Assert.True((await _sender.SendAsync(new ChainCall.StartClose(Terms, consumerUnit, providerUnit))).Succeeded);

    public async ValueTask DisposeAsync()
    {
        foreach (var tunnel in _tunnels)
        {
            await tunnel.DisposeAsync();
        }

        _sender.Dispose();
    }

    private static TransactionSender SenderOf(NodeWorld world) =>
        new(world.Chain, new AccountSigner(TestChannels.ConsumerKey), new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5) });

    private static async Task TakeAsync(MemoryEndpoint client)
    {
        try
        {
            await client.Reader.AsStream().CopyToAsync(Stream.Null);
        }
        catch (IOException)
        {
            // The provider had enough.
        }
    }

    internal sealed class Engine(TunnelChannel channel, Eip712Domain domain, Func<ulong, ulong> states, ulong replays)
        : RogueEngine(channel, TestChannels.Consumer, domain)
    {
        private SignedUnit? _first;

        // As often as an honest one, so that only what it states is wrong.
        protected override void Counted() => SignBeyond(Math.Clamp(SignedBytes, ProtocolConstants.InitialCreditBytes, 4_000_000) / 4);

        protected override void Told() => SignBeyond(1);

        public override void Tick(TimeSpan roundTripTime) => Do(() => SignBeyond(1));

        /// <summary>Whether all that it will ever sign is signed and answered, and all that the provider stated has arrived.</summary>
        public bool IsDone
        {
            get
            {
                var done = false;
                Do(() => done = (SignedBytes >= replays || ByteCounts.RoundDownToKB(states(CountBytes)) <= SignedBytes)
                    && (Received?.Unit.BytesUsed ?? 0) == SignedBytes
                    && CountBytes >= StatedBytes);
                return done;
            }
        }

        private ulong SignedBytes => Signed?.Unit.BytesUsed ?? 0;

        private void SignBeyond(ulong stepBytes)
        {
            var wantedBytes = ByteCounts.RoundDownToKB(states(CountBytes));
            if (wantedBytes >= SignedBytes + stepBytes)
            {
                Send(SignedBytes >= replays ? _first! : Sign(wantedBytes, Received?.Unit.StructHash() ?? default));
                _first ??= Signed;
            }
        }
    }

    internal sealed class OneEngine(IUnitEngine engine) : IUnitEngines
    {
        public ValueTask<IUnitEngine> GetAsync(TunnelChannel channel, CancellationToken cancellationToken) => ValueTask.FromResult(engine);
    }
}
