using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using ChannelOpened = Tachyon.Chain.ChannelOpened;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>
/// A provider that serves and signs as its role wants: it is matched to whole consumer nodes, confirms their channels on chain and
/// serves them over real sockets.
/// </summary>
internal sealed class RogueProvider : IChannelDirectory, IUnitEngines, IAsyncDisposable
{
    private readonly NodeWorld _world;
    private readonly Func<TunnelChannel, RogueEngine> _roleOf;
    private readonly TransactionSender _sender;
    private readonly ProviderTunnel _tunnel;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _confirming;
    private volatile TunnelChannel? _channel;
    private volatile RogueEngine? _role;

    public RogueProvider(NodeWorld world, Func<TunnelChannel, RogueEngine> roleOf)
    {
        _world = world;
        _roleOf = roleOf;
        world.Chain.Fund(TestChannels.Provider.Address, TokenAmount.Zero);
        _sender = new TransactionSender(
            world.Chain, new AccountSigner(TestChannels.ProviderKey), new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5) });
        Assert.True(AddressRange.TryParse("127.0.0.0/8", out var loopback));
        var context = new TunnelContext
        {
            Signer = TestChannels.Provider,
            Verifier = new SignatureVerifier(),
            Domain = world.Chain.Domain,
            Engines = this,
            Services = new SessionServices(new TunnelOptions { EndTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System),
            LoggerFactory = NullLoggerFactory.Instance,
        };
        _tunnel = ProviderTunnel.Start(
            new IPEndPoint(IPAddress.Loopback, 0), context, this,
            new NodeExit(new EgressPolicy([loopback!]), new SystemResolver(), new ExitOptions(), new ExitLimits(), TimeProvider.System));
        var offer = new ProviderOffer(
            TestChannels.Provider.Address, _tunnel.LocalEndPoint.ToString(), NodeWorld.Price, 10_000, 5, ulong.MaxValue, ulong.MaxValue);
        world.Silo.Instead = request => request is MatchRequest ? new MatchResult(null, [offer]) : null;
        _confirming = ConfirmAsync();
    }

    public RogueEngine Role => _role ?? throw new InvalidOperationException("No session has begun.");

    public Terms Terms => _channel!.Terms;

    /// <summary>Shows a unit on chain while the channel is closing; what the contract makes of it is its business.</summary>
    public Task<CallOutcome> ChallengeAsync(SignedUnit unit) => _sender.SendAsync(new ChainCall.Challenge(Terms, unit));

    /// <summary>Is paid for a unit of the consumer.</summary>
    public Task<CallOutcome> ClaimAsync(SignedUnit unit) => _sender.SendAsync(new ChainCall.Claim(Terms, unit));

    public ValueTask<ChannelAdmission> AdmitAsync(ChannelId channelId, CancellationToken cancellationToken) => ValueTask.FromResult(
        _channel is { } channel && channel.ChannelId == channelId
            ? ChannelAdmission.Admit(channel)
            : ChannelAdmission.Refuse(GoodbyeReason.ChannelUnknown, "not confirmed here"));

    public ValueTask<IUnitEngine> GetAsync(TunnelChannel channel, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IUnitEngine>(_role ??= _roleOf(channel));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _confirming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _tunnel.DisposeAsync();
        _sender.Dispose();
        _stop.Dispose();
    }

    private async Task ConfirmAsync()
    {
        while (_channel is null)
        {
            var newest = await _world.Chain.GetBlockAsync(ReadAt.Latest);
            if ((await _world.Chain.GetEventsAsync(0, newest.Number)).OfType<ChannelOpened>().FirstOrDefault() is { } opened)
            {
                _channel = new TunnelChannel(opened.Channel, opened.Terms, opened.Terms.CapacityBytes);
                await _sender.SendAsync(new ChainCall.Confirm(opened.Terms));
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), _stop.Token);
        }
    }
}
