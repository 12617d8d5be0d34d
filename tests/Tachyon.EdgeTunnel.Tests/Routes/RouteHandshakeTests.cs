using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>How a route's consumer and its exit meet: who proves what to whom, in which order, and what nobody else learns.</summary>
public sealed class RouteHandshakeTests : IDisposable
{
    private static readonly Bytes32 Tag = Keccak256.HashText("a route");

    private readonly TestChannel _test = new();
    private readonly KeySigner _routeKey = new(TestChannels.Key(9));

    public void Dispose()
    {
        _routeKey.Dispose();
        _test.Dispose();
    }

    [Fact]
    public async Task Route_RightKeys_GivesBothATransportOfTheTag()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var exit = Exit(_test.Provider, _routeKey.Address).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var consumer = await Consumer().ConnectRouteAsync(a, _test.Provider.Address, Tag, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var result = await exit.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal((HandshakeFault.None, HandshakeFault.None), (consumer.Fault, result.Fault));
        Assert.Equal((Tag, Tag), (consumer.Tag, result.Tag));
        Assert.Null(result.Channel);
        Assert.IsType<RecordTransport>(consumer.Transport);
        await consumer.Transport!.DisposeAsync();
        await result.Transport!.DisposeAsync();
    }

    [Fact]
    public async Task Tag_ThatNoProxyNamed_IsRefused()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var exit = Exit(_test.Provider, null).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var consumer = await Consumer().ConnectRouteAsync(a, _test.Provider.Address, Tag, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.ChannelRefused, (await exit.WaitAsync(Eventually.DefaultTimeout)).Fault);
        Assert.Equal((HandshakeFault.RefusedByPeer, GoodbyeReason.ChannelUnknown), (consumer.Fault, consumer.Reason));
    }

    [Fact]
    public async Task Tag_OfAnotherKey_IsRefused()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var exit = Exit(_test.Provider, _test.Stranger.Address).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var consumer = await Consumer().ConnectRouteAsync(a, _test.Provider.Address, Tag, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.WrongKey, (await exit.WaitAsync(Eventually.DefaultTimeout)).Fault);
        Assert.Equal(GoodbyeReason.WrongKey, consumer.Reason);
    }

    [Fact]
    public async Task Provider_ThatServesNoRoutes_RefusesThem()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var exit = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var consumer = await Consumer().ConnectRouteAsync(a, _test.Provider.Address, Tag, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.ProtocolViolation, (await exit.WaitAsync(Eventually.DefaultTimeout)).Fault);
        Assert.NotEqual(HandshakeFault.None, consumer.Fault);
    }

    [Fact]
    public async Task Relay_InTheMiddle_IsFoundOutBeforeItLearnsTheTag()
    {
        var (a, left) = DuplexPipe.CreatePair();
        var (right, b) = DuplexPipe.CreatePair();
        var seen = new MemoryStream();

        var exit = Exit(_test.Provider, _routeKey.Address).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var consumer = Consumer().ConnectRouteAsync(a, _test.Provider.Address, Tag, CancellationToken.None);
        var middle = Task.Run(async () =>
        {
            var toConsumer = await TlsConnection.AcceptAsync(left, TimeProvider.System, CancellationToken.None);
            var toExit = await TlsConnection.ConnectAsync(right, TimeProvider.System, CancellationToken.None);
            var buffer = new byte[4_096];
            var answers = toExit.Stream.CopyToAsync(toConsumer.Stream);
            while (await toConsumer.Stream.ReadAsync(buffer) is > 0 and var count)
            {
                seen.Write(buffer, 0, count);
                await toExit.Stream.WriteAsync(buffer.AsMemory(0, count));
            }

            await toExit.Stream.DisposeAsync();
            await toConsumer.Stream.DisposeAsync();
            await answers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

        Assert.Equal(HandshakeFault.WrongKey, (await consumer.WaitAsync(Eventually.DefaultTimeout)).Fault);
        Assert.NotEqual(HandshakeFault.None, (await exit.WaitAsync(Eventually.DefaultTimeout)).Fault);
        await Task.WhenAny(middle);
        Assert.True(seen.Length > 0);
        Assert.True(seen.ToArray().AsSpan().IndexOf(Tag.ToArray()) < 0, "the relay has seen the tag");
    }

    [Fact]
    public async Task Consumer_SaysToTheExit_TheRoutesKeyAndNothingOfItsOwn()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var consumer = Consumer().ConnectRouteAsync(a, _test.Provider.Address, Tag, CancellationToken.None);
        var tls = await TlsConnection.AcceptAsync(b, TimeProvider.System, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var transport = new StreamFrameTransport(tls.Stream);
        var hello = await transport.ReceiveAsync();
        Assert.Equal(FrameKind.RouteHello, hello.Header.Kind);
        Assert.Equal([FrameLayout.Version], hello.Payload.ToArray());

        var proof = new byte[FrameLayout.HeaderBytes + RouteProofPayload.Bytes];
        new FrameHeader(FrameKind.RouteProof, FrameFlags.None, 0, RouteProofPayload.Bytes).Write(proof);
        RouteProofPayload.Write(
            proof.AsSpan(FrameLayout.HeaderBytes),
            _test.Provider.Sign(new ExitAuth(_test.Provider.Address, tls.OwnFingerprint, tls.PeerFingerprint), TestChannel.Domain).ToArray());
        await transport.SendAsync(proof);
        var open = await transport.ReceiveAsync();
        Assert.Equal(FrameKind.RouteOpen, open.Header.Kind);
        var payload = open.Payload.ToArray();
        Assert.Equal(FrameError.None, RouteOpenPayload.TryRead(payload, out var opened));
        Assert.Equal(Tag.ToArray(), opened.Tag.ToArray());
        Assert.Equal(RecordCipherChoice.Offered, opened.Ciphers);
        var auth = new RouteAuth(_test.Provider.Address, Tag, tls.PeerFingerprint, tls.OwnFingerprint);
        Assert.Equal(
            SignatureFault.None, new SignatureVerifier().Verify(auth, TestChannel.Domain, Signature.FromBytes(opened.Signature), _routeKey.Address));
        foreach (var capture in (byte[][])[payload, tls.Stream.RemoteCertificate!.GetRawCertData()])
        {
            Assert.True(capture.AsSpan().IndexOf(_test.Consumer.Address.ToArray()) < 0, "the consumer's address");
            Assert.True(capture.AsSpan().IndexOf(TestChannels.ConsumerKey) < 0, "the consumer's key");
        }

        await transport.DisposeAsync();
        Assert.NotEqual(HandshakeFault.None, (await consumer.WaitAsync(Eventually.DefaultTimeout)).Fault);
    }

    private static SessionHandshake Exit(KeySigner signer, Address? routeKey) =>
        new(signer, new(), TestChannel.Domain, TimeSpan.FromSeconds(10), TimeProvider.System) { Routes = new OneRoute(routeKey) };

    private SessionHandshake Consumer() => new(_routeKey, new(), TestChannel.Domain, TimeSpan.FromSeconds(10), TimeProvider.System);

    private sealed class OneRoute(Address? routeKey) : IRouteService
    {
        public Address? FindKey(Bytes32 tag) => tag == Tag ? routeKey : null;

        public IUnitEngine? FindEngine(Bytes32 tag) => null;
    }
}
