using System.Net.Security;
using System.Security.Authentication;
using Tachyon.Testing;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

public sealed class SessionHandshakeTests : IDisposable
{
    private readonly TestChannel _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Handshake_RightKeys_GivesBothAnEncryptedTransport()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var consumer = TestChannel.Handshake(_test.Consumer).ConnectAsync(a, _test.Channel, CancellationToken.None);
        var provider = await TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var consumerResult = await consumer.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.None, provider.Fault);
        Assert.Equal(HandshakeFault.None, consumerResult.Fault);
        Assert.Equal(_test.Channel.ChannelId, provider.Channel!.ChannelId);
        Assert.IsType<RecordTransport>(provider.Transport);
        await AssertCarriesAsync(consumerResult.Transport!, provider.Transport!);
        await AssertCarriesAsync(provider.Transport!, consumerResult.Transport!);
        await consumerResult.Transport!.DisposeAsync();
        await provider.Transport!.DisposeAsync();
    }

    [Fact]
    public async Task Provider_WithAnotherKey_IsRefusedByTheConsumer()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var consumer = TestChannel.Handshake(_test.Consumer).ConnectAsync(a, _test.Channel, CancellationToken.None);
        var provider = await TestChannel.Handshake(_test.Stranger).AcceptAsync(b, _test.Directory, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var result = await consumer.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.WrongKey, result.Fault);
        Assert.Null(result.Transport);
        Assert.Contains(_test.Provider.Address.ToString(), result.Detail, StringComparison.Ordinal);

        // The impostor gets nothing that the keys of a session would open.
        var told = await provider.Transport!.ReceiveAsync();
        Assert.Equal(ReceiveStatus.Malformed, told.Status);
        await provider.Transport.DisposeAsync();
    }

    [Fact]
    public async Task Consumer_WithAnotherKey_IsRefusedByTheProvider()
    {
        var (a, b) = DuplexPipe.CreatePair();
        using var impostor = new KeyOf(_test.Stranger, _test.Consumer.Address);

        var consumer = new SessionHandshake(impostor, new(), TestChannel.Domain, TimeSpan.FromSeconds(10), TimeProvider.System)
            .ConnectAsync(a, _test.Channel, CancellationToken.None);
        var provider = await TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var result = await consumer.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.WrongKey, provider.Fault);
        Assert.Contains(_test.Consumer.Address.ToString(), provider.Detail, StringComparison.Ordinal);
        Assert.Equal(HandshakeFault.RefusedByPeer, result.Fault);
        Assert.Equal(GoodbyeReason.WrongKey, result.Reason);
    }

    [Fact]
    public async Task Channel_Unknown_IsRefused()
    {
        using var other = new TestChannel(salt: 2);
        var (a, b) = DuplexPipe.CreatePair();

        var consumer = TestChannel.Handshake(_test.Consumer).ConnectAsync(a, other.Channel, CancellationToken.None);
        var provider = await TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var result = await consumer.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.ChannelRefused, provider.Fault);
        Assert.Equal(HandshakeFault.RefusedByPeer, result.Fault);
        Assert.Equal(GoodbyeReason.ChannelUnknown, result.Reason);
    }

    [Fact]
    public async Task ManInTheMiddle_PassingOnSignatures_IsFoundOut()
    {
        var (a, left) = DuplexPipe.CreatePair();
        var (right, b) = DuplexPipe.CreatePair();

        var consumer = TestChannel.Handshake(_test.Consumer).ConnectAsync(a, _test.Channel, CancellationToken.None);
        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var middle = Task.Run(async () =>
        {
            var toConsumer = await TlsConnection.AcceptAsync(left, TimeProvider.System, CancellationToken.None);
            var toProvider = await TlsConnection.ConnectAsync(right, TimeProvider.System, CancellationToken.None);
            await Task.WhenAny(toConsumer.Stream.CopyToAsync(toProvider.Stream), toProvider.Stream.CopyToAsync(toConsumer.Stream));
            await toConsumer.Stream.DisposeAsync();
            await toProvider.Stream.DisposeAsync();
        });

        var providerResult = await provider.WaitAsync(Eventually.DefaultTimeout);
        var consumerResult = await consumer.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(HandshakeFault.WrongKey, providerResult.Fault);
        Assert.NotEqual(HandshakeFault.None, consumerResult.Fault);
        await middle.WaitAsync(Eventually.DefaultTimeout);
    }

    [Fact]
    public async Task Peer_Silent_TimesOut()
    {
        var time = new FakeTimeProvider();
        var (a, b) = DuplexPipe.CreatePair();

        var consumer = TestChannel.Handshake(_test.Consumer, time).ConnectAsync(a, _test.Channel, CancellationToken.None);
        var provider = TestChannel.Handshake(_test.Provider, time).AcceptAsync(DuplexPipe.CreatePair().A, _test.Directory, CancellationToken.None);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(11));
                return consumer.IsCompleted && provider.IsCompleted;
            },
            "both to give up");

        Assert.Equal(HandshakeFault.TimedOut, (await consumer.WaitAsync(Eventually.DefaultTimeout)).Fault);
        Assert.Equal(HandshakeFault.TimedOut, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
        await b.DisposeAsync();
    }

    [Fact]
    public async Task Peer_WithoutTls_IsRefused()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        await a.WriteAsync("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"u8.ToArray());

        Assert.Equal(HandshakeFault.TlsFailed, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
    }

    [Fact]
    public async Task Peer_WhoseHelloIsMalformed_IsRefused()
    {
        // What a fuzzing run found: SslStream throws on it what it never throws on a connection otherwise.
        var hello = Convert.FromHexString(
            "160301010501000101030377a9f3cb2255ab910e7d07bc8fc58c95a84c9e33e327c7b75f6dbec341b00c9a000000da047deeb4fbfaf542b680adb7db"
            + "070fb3000813021303130100ff010000b00000000c000a00000774616368796f6e000b00040319001801000101010201030104000500050100000000"
            + "0010000c000a0974616368796f6e2f31001600000017000010310000000d001e001c04030503060308070822357459a7161a19859f0e080809080a08"
            + "0b080408050806040105010601002b0003020304002d00020101003300260024001d00207e28deee7f6cefd0c131e6d2cce212c61050097461636879"
            + "6f6e2f31001600000017c17dbfc9f2b4289caf952508d543160301010501000101030377a9f3cb2255ab910e7d07bc8fc58c95a84c9e33e327c7b75f"
            + "6dbec34158e87520745c4160b00c9a6a1b638c047deeb4fbfaf542b680adde867287e9b7db070fb3000813021303130100ff010000b00000000c000a"
            + "00000774616368796f6e000b000403000102000a00160014001d0017001e00190018010001010102010301040005000501000000000010000c000a09"
            + "74616368796f6e2f31001600000017000000310000000d001e001c040305030603080708080809080a080b080408050806040105010601002b000302"
            + "0304002d00020101003300260024001d00207e28deee7f6cefd0c131e6d2cce212c61050c17dbfc9f2b4289caf952508d543");
        var (a, b) = DuplexPipe.CreatePair();

        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        await a.WriteAsync(hello);
        await a.DisposeAsync();

        Assert.Equal(HandshakeFault.TlsFailed, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
    }

    [Fact]
    public async Task Peer_WithOlderTls_IsRefused()
    {
        var (a, b) = DuplexPipe.CreatePair();
        await using var client = new SslStream(a);

        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        await Assert.ThrowsAnyAsync<Exception>(() => client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "tachyon", EnabledSslProtocols = SslProtocols.Tls12, RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
            CancellationToken.None).WaitAsync(Eventually.DefaultTimeout));

        Assert.Equal(HandshakeFault.TlsFailed, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
    }

    [Fact]
    public async Task Peer_WithoutCertificate_IsRefused()
    {
        var (a, b) = DuplexPipe.CreatePair();
        await using var client = new SslStream(a);

        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        await client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "tachyon",
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [new SslApplicationProtocol("tachyon/1")],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);

        Assert.NotEqual(HandshakeFault.None, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
    }

    [Fact]
    public async Task Peer_SendsAnotherFrameFirst_IsRefused()
    {
        var (a, b) = DuplexPipe.CreatePair();

        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var tls = await TlsConnection.ConnectAsync(a, TimeProvider.System, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        await tls.Stream.WriteAsync(RawPeer.OpenFrame(1));

        Assert.Equal(HandshakeFault.ProtocolViolation, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
        await tls.Stream.DisposeAsync();
    }

    [Theory]
    [InlineData(RecordCiphers.Aes256Gcm | RecordCiphers.ChaCha20Poly1305, RecordCiphers.ChaCha20Poly1305, true)]
    [InlineData(RecordCiphers.Aes256Gcm, RecordCiphers.ChaCha20Poly1305, false)]
    [InlineData(RecordCiphers.None, RecordCiphers.Aes256Gcm, false)]
    public async Task Session_GoesOnInRecordsWhereBothShareACipher_AndInTlsElse(RecordCiphers consumerOffers, RecordCiphers providerOffers, bool inRecords)
    {
        var (a, b) = DuplexPipe.CreatePair();
        var consuming = Handshake(_test.Consumer, consumerOffers).ConnectAsync(a, _test.Channel, CancellationToken.None);
        var provider = await Handshake(_test.Provider, providerOffers).AcceptAsync(b, _test.Directory, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var consumer = await consuming.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(inRecords, consumer.Transport is RecordTransport);
        Assert.Equal(inRecords, provider.Transport is RecordTransport);
        await AssertCarriesAsync(consumer.Transport!, provider.Transport!);
        await AssertCarriesAsync(provider.Transport!, consumer.Transport!);
        await consumer.Transport!.DisposeAsync();
        await provider.Transport!.DisposeAsync();
    }

    [Theory]
    [InlineData(9, HelloPayload.Bytes)]
    [InlineData(9, 200)]
    [InlineData(9, 1)]
    public async Task Consumer_OfAnotherVersion_IsToldSo(byte version, int helloBytes)
    {
        var (a, b) = DuplexPipe.CreatePair();
        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var tls = await TlsConnection.ConnectAsync(a, TimeProvider.System, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var hello = new byte[helloBytes];
        hello[0] = version;

        await tls.Stream.WriteAsync(RawPeer.Frame(FrameKind.Hello, 0, hello));

        var told = await new StreamFrameTransport(tls.Stream).ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(FrameKind.Goodbye, told.Header.Kind);
        Assert.Equal(GoodbyeReason.VersionUnsupported, (GoodbyeReason)told.Payload.Span[0]);
        Assert.Equal(HandshakeFault.VersionUnsupported, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
        await tls.Stream.DisposeAsync();
    }

    [Fact]
    public async Task Consumer_ThatGoesOnInTlsBehindItsIntroduction_IsRefused()
    {
        var (a, b) = DuplexPipe.CreatePair();
        var provider = TestChannel.Handshake(_test.Provider).AcceptAsync(b, _test.Directory, CancellationToken.None);
        var tls = await TlsConnection.ConnectAsync(a, TimeProvider.System, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var own = SessionRules.Own(_test.Channel.Terms, _test.Channel.ChannelId, SessionRole.Consumer, tls.OwnFingerprint, tls.PeerFingerprint);
        var hello = new byte[HelloPayload.Bytes];
        HelloPayload.Write(
            hello, _test.Channel.ChannelId.ToArray(), _test.Consumer.Sign(own, TestChannel.Domain).ToArray(), RecordCiphers.Aes256Gcm, new byte[32]);

        await tls.Stream.WriteAsync((byte[])[.. RawPeer.Frame(FrameKind.Hello, 0, hello), .. RawPeer.OpenFrame(1)]);

        Assert.Equal(HandshakeFault.ProtocolViolation, (await provider.WaitAsync(Eventually.DefaultTimeout)).Fault);
        await tls.Stream.DisposeAsync();
    }

    private static SessionHandshake Handshake(KeySigner signer, RecordCiphers ciphers) =>
        new(signer, new SignatureVerifier(), TestChannel.Domain, TimeSpan.FromSeconds(10), TimeProvider.System) { Ciphers = ciphers };

    private static async Task AssertCarriesAsync(IFrameTransport from, IFrameTransport to)
    {
        byte[] buffer = [.. new byte[RecordLayout.HeaderBytes], .. RawPeer.Frame(FrameKind.Fin, 9), .. new byte[RecordLayout.TagBytes]];
        await from.SendAsync(new OutgoingFrames(buffer, RecordLayout.HeaderBytes, FrameLayout.HeaderBytes));
        var received = await to.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(9u, received.Header.StreamId);
    }
}
