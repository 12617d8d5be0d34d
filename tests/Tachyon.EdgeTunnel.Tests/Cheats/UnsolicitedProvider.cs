using System.Net;
using System.Net.Sockets;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using ChannelOpened = Tachyon.Chain.ChannelOpened;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>A provider that introduces itself as it must and then, frame by frame, sends data on streams that nobody opened.</summary>
internal sealed class UnsolicitedProvider : IChannelDirectory, IAsyncDisposable
{
    private const int DataBytes = 100_000;

    private readonly NodeWorld _world;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TransactionSender _sender;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private ChannelOpened? _opened;
    private int _hungUpOn;

    public UnsolicitedProvider(NodeWorld world)
    {
        _world = world;
        _listener.Start();
        world.Chain.Fund(TestChannels.Provider.Address, Protocol.Amounts.TokenAmount.Zero);
        _sender = new TransactionSender(
            world.Chain, new AccountSigner(TestChannels.ProviderKey), new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5) });
        var offer = new ProviderOffer(
            TestChannels.Provider.Address, _listener.LocalEndpoint.ToString()!, NodeWorld.Price, 10_000, 5, ulong.MaxValue, ulong.MaxValue);
        world.Silo.Instead = request => request is MatchRequest ? new MatchResult(null, [offer]) : null;
        _serving = ServeAsync();
    }

    /// <summary>Sessions that the consumer has ended over it.</summary>
    public int HungUpOn => Volatile.Read(ref _hungUpOn);

    public async Task ChallengeAsync(ulong bytesUsed)
    {
        var terms = _opened!.Terms;
        var unit = new UsageUnit(_opened.Channel, 1, bytesUsed, terms.Consumer, terms.Provider, 1, default);
        Assert.True((await _sender.SendAsync(new ChainCall.Challenge(terms, SignedUnit.Sign(unit, TestChannels.Provider, _world.Chain.Domain)))).Succeeded);
    }

    public async ValueTask<ChannelAdmission> AdmitAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        return ChannelAdmission.Admit(new TunnelChannel(channelId, _opened!.Terms, _opened.Terms.CapacityBytes));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sender.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_opened is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _stop.Token);
            var newest = await _world.Chain.GetBlockAsync(ReadAt.Latest);
            _opened = (await _world.Chain.GetEventsAsync(0, newest.Number)).OfType<ChannelOpened>().FirstOrDefault();
        }

        await _sender.SendAsync(new ChainCall.Confirm(_opened.Terms));
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_stop.Token);
            var handshake = new SessionHandshake(
                TestChannels.Provider, new SignatureVerifier(), _world.Chain.Domain, TimeSpan.FromSeconds(10), TimeProvider.System);
            if ((await handshake.AcceptAsync(SocketStream.Over(socket), this, _stop.Token)).Transport is { } transport)
            {
                await BillAsync(transport);
            }
        }
    }

    private async Task BillAsync(IFrameTransport transport)
    {
        await using (transport)
        {
            try
            {
                await transport.SendAsync(FrameBytes.Of(FrameKind.UnitShown, 0, []));
                await transport.SendAsync(FrameBytes.Of(FrameKind.Statement, 0, new byte[StatementPayload.Bytes]));
                for (uint stream = 7; stream < 20; stream += 2)
                {
                    await transport.SendAsync(FrameBytes.Of(FrameKind.Data, stream, new byte[DataBytes]));
                }

                while ((await transport.ReceiveAsync()) is { Status: ReceiveStatus.Frame } received)
                {
                    if (received.Header.Kind == FrameKind.Goodbye)
                    {
                        Assert.Equal(GoodbyeReason.ProtocolViolation, (GoodbyeReason)received.Payload.Span[0]);
                        Interlocked.Increment(ref _hungUpOn);
                        return;
                    }
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
            {
                Interlocked.Increment(ref _hungUpOn);
            }
        }
    }
}
