using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Turns a connection into an authenticated one: TLS with throw-away certificates, then both node keys sign both
/// fingerprints and the channel, so that nobody sits in between.
/// </summary>
/// <remarks>
/// <code>
///   consumer ── TLS 1.3, both certificates ──▶ provider
///   consumer ── Hello(channel, signature) ───▶ provider     looks the channel up, judges the signature
///   consumer ◀── Welcome(signature) ────────── provider     or Goodbye(reason)
///   consumer ◀══ frames in sealed records ═══▶ provider     or in TLS, where the two share no cipher
/// </code>
/// Both secrets of the records' keys travel in Hello and Welcome, so inside TLS. Behind the two nothing more comes through
/// TLS, and the connection goes on without it (docs/security.md, Records).
/// What a peer can cause is a <see cref="HandshakeResult"/>, never an exception.
/// </remarks>
internal sealed partial class SessionHandshake(
    INodeSigner signer, SignatureVerifier verifier, Eip712Domain domain, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Ciphers that records may be sealed with; with none the frames stay in TLS.</summary>
    public RecordCiphers Ciphers { get; init; } = RecordCipherChoice.Offered;

    /// <summary>The consumer's part. Disposes the stream unless it succeeds.</summary>
    public Task<HandshakeResult> ConnectAsync(Stream stream, TunnelChannel channel, CancellationToken cancellationToken)
    {
        if (channel.Terms.Consumer != signer.Address)
        {
            throw new ArgumentException(
                $"Channel {channel.ChannelId} belongs to consumer {channel.Terms.Consumer}, this node is {signer.Address}.", nameof(channel));
        }

        return RunAsync(
            stream,
            TlsConnection.ConnectAsync,
            (transport, tls) => IntroduceAsync(transport, tls, channel),
            cancellationToken);
    }

    /// <summary>The provider's part. Disposes the stream unless it succeeds.</summary>
    public Task<HandshakeResult> AcceptAsync(Stream stream, IChannelDirectory directory, CancellationToken cancellationToken) =>
        RunAsync(
            stream,
            TlsConnection.AcceptAsync,
            (transport, tls) => ReceiveAsync(transport, tls, directory, cancellationToken),
            cancellationToken);

    private async Task<HandshakeResult> RunAsync(
        Stream stream,
        Func<Stream, TimeProvider, CancellationToken, Task<TlsConnection>> establish,
        Func<StreamFrameTransport, TlsConnection, Task<HandshakeResult>> introduce,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);

        // Reads do not take the token: a handshake that takes too long loses its connection, which ends them all.
        await using var hangUp = either.Token.Register(stream.Dispose);
        StreamFrameTransport? transport = null;
        HandshakeResult? result = null;
        try
        {
            var tls = await establish(stream, time, either.Token);
            transport = new StreamFrameTransport(tls.Stream);
            result = await introduce(transport, tls);
        }
        catch (AuthenticationException e)
        {
            result = HandshakeResult.Failure(HandshakeFault.TlsFailed, e.InnerException?.Message ?? e.Message);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            result = HandshakeResult.Failure(HandshakeFault.ConnectionLost, e.Message);
        }
        finally
        {
            if (result?.Fault != HandshakeFault.None)
            {
                await (transport?.DisposeAsync() ?? stream.DisposeAsync());
            }
        }

        if (result.Fault != HandshakeFault.None && either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return HandshakeResult.Failure(HandshakeFault.TimedOut, $"the peer took longer than {timeout.TotalSeconds:0.#} s");
        }

        return result;
    }

    private async Task<HandshakeResult> IntroduceAsync(StreamFrameTransport transport, TlsConnection tls, TunnelChannel channel)
    {
        var own = SessionRules.Own(channel.Terms, channel.ChannelId, SessionRole.Consumer, tls.OwnFingerprint, tls.PeerFingerprint);
        var secret = RandomNumberGenerator.GetBytes(Bytes32.Length);
        await transport.SendAsync(EncodeHello(channel.ChannelId, signer.Sign(own, domain), secret));

        var received = await transport.ReceiveAsync();
        if (Unexpected(received, FrameKind.Welcome) is { } failure)
        {
            return failure;
        }

        if (WelcomePayload.TryRead(received.Payload.Span, out var welcome) != FrameError.None || welcome.Version != FrameLayout.Version)
        {
            return await RefuseAsync(transport, HandshakeFault.VersionUnsupported, GoodbyeReason.VersionUnsupported, "the provider speaks another version");
        }

        var peer = SessionRules.Own(channel.Terms, channel.ChannelId, SessionRole.Provider, tls.PeerFingerprint, tls.OwnFingerprint);
        var fault = SessionRules.Check(own, peer, Signature.FromBytes(welcome.Signature), verifier, domain);
        if (fault != SessionAuthFault.None)
        {
            return await RefuseAsync(
                transport, HandshakeFault.WrongKey, GoodbyeReason.WrongKey, $"the peer did not sign as provider {channel.Terms.Provider}: {fault}");
        }

        if (!Ciphers.Contains(welcome.Cipher))
        {
            return await RefuseAsync(
                transport, HandshakeFault.ProtocolViolation, GoodbyeReason.ProtocolViolation, $"the provider chose cipher {welcome.Cipher}, which was not offered");
        }

        var secrets = new RecordSecrets(
            Bytes32.FromBytes(secret), Bytes32.FromBytes(welcome.Secret), channel.ChannelId, tls.OwnFingerprint, tls.PeerFingerprint, welcome.Cipher);
        return GoOn(transport, tls, next => HandshakeResult.Success(next, channel), secrets, SessionRole.Consumer);
    }

    private async Task<HandshakeResult> ReceiveAsync(
        StreamFrameTransport transport, TlsConnection tls, IChannelDirectory directory, CancellationToken cancellationToken)
    {
        var received = await transport.ReceiveAsync();
        if (Routes is { } routes && received is { Status: ReceiveStatus.Frame, Header.Kind: FrameKind.RouteHello })
        {
            return await ReceiveRouteAsync(transport, tls, routes, received.Payload.Span[0]);
        }

        if (Unexpected(received, FrameKind.Hello) is { } failure)
        {
            return failure;
        }

        if (HelloPayload.TryRead(received.Payload.Span, out var hello) != FrameError.None || hello.Version != FrameLayout.Version)
        {
            return await RefuseAsync(transport, HandshakeFault.VersionUnsupported, GoodbyeReason.VersionUnsupported, "the consumer speaks another version");
        }

        var channelId = ChannelId.FromBytes(hello.ChannelId);
        var signature = Signature.FromBytes(hello.Signature);
        var cipher = RecordCipherChoice.Choose(Ciphers, hello.Ciphers);
        var consumerSecret = Bytes32.FromBytes(hello.Secret);
        var admission = await directory.AdmitAsync(channelId, cancellationToken);
        if (admission.Channel is not { } channel)
        {
            var reason = admission.Refusal ?? GoodbyeReason.NotServing;
            return await RefuseAsync(transport, HandshakeFault.ChannelRefused, reason, $"channel {channelId} is refused: {admission.Detail}");
        }

        var own = SessionRules.Own(channel.Terms, channelId, SessionRole.Provider, tls.OwnFingerprint, tls.PeerFingerprint);
        var peer = SessionRules.Own(channel.Terms, channelId, SessionRole.Consumer, tls.PeerFingerprint, tls.OwnFingerprint);
        var fault = SessionRules.Check(own, peer, signature, verifier, domain);
        if (fault != SessionAuthFault.None)
        {
            return await RefuseAsync(
                transport, HandshakeFault.WrongKey, GoodbyeReason.WrongKey, $"the peer did not sign as consumer {channel.Terms.Consumer}: {fault}");
        }

        var secret = RandomNumberGenerator.GetBytes(Bytes32.Length);
        await transport.SendAsync(EncodeWelcome(signer.Sign(own, domain), cipher, secret));
        var secrets = new RecordSecrets(consumerSecret, Bytes32.FromBytes(secret), channelId, tls.PeerFingerprint, tls.OwnFingerprint, cipher);
        return GoOn(transport, tls, next => HandshakeResult.Success(next, channel), secrets, SessionRole.Provider);
    }

    // From the introduction to the session: out of TLS where a cipher was chosen.
    private HandshakeResult GoOn(
        StreamFrameTransport transport, TlsConnection tls, Func<IFrameTransport, HandshakeResult> success, RecordSecrets secrets, SessionRole own)
    {
        if (secrets.Cipher == RecordCipher.None)
        {
            tls.Boundary.PassThrough();
            return success(transport);
        }

        if (transport.HasBuffered || tls.Boundary.Detach() is not { } connection)
        {
            return HandshakeResult.Failure(HandshakeFault.ProtocolViolation, "the peer went on in TLS behind its introduction");
        }

        tls.Stream.Dispose();
        IByteLink link = connection switch
        {
            SocketStream socket => new SocketLink(socket.Detach()),
            NetworkStream network => new SocketLink(network.Socket),
            RelayedStream relayed => relayed.Detach(),
            _ => new StreamLink(connection),
        };
        var peer = own == SessionRole.Consumer ? SessionRole.Provider : SessionRole.Consumer;
        return success(new RecordTransport(link, secrets.Sealer(own), secrets.Opener(peer), time));
    }

    private static HandshakeResult? Unexpected(in ReceivedFrame received, FrameKind expected) => received switch
    {
        { Status: ReceiveStatus.Ended } => HandshakeResult.Failure(HandshakeFault.ConnectionLost, "the peer hung up"),
        { Status: ReceiveStatus.Malformed } =>
            HandshakeResult.Failure(HandshakeFault.ProtocolViolation, $"the peer sent what is no frame: {received.Error}"),
        { Header.Kind: FrameKind.Goodbye } when GoodbyePayload.TryRead(received.Payload.Span, out var reason) == FrameError.None =>
            HandshakeResult.Failure(HandshakeFault.RefusedByPeer, $"the peer refused: {reason}", reason),
        { Header.Kind: var kind } when kind != expected =>
            HandshakeResult.Failure(HandshakeFault.ProtocolViolation, $"the peer sent {kind} instead of {expected}"),
        _ => null,
    };

    private static async Task<HandshakeResult> RefuseAsync(StreamFrameTransport transport, HandshakeFault fault, GoodbyeReason reason, string detail)
    {
        var frame = new byte[FrameLayout.HeaderBytes + GoodbyePayload.Bytes];
        new FrameHeader(FrameKind.Goodbye, FrameFlags.None, 0, GoodbyePayload.Bytes).Write(frame);
        GoodbyePayload.Write(frame.AsSpan(FrameLayout.HeaderBytes), reason);
        await transport.SendAsync(frame);
        return HandshakeResult.Failure(fault, detail, reason);
    }

    private byte[] EncodeHello(ChannelId channelId, Signature signature, ReadOnlySpan<byte> secret)
    {
        var frame = new byte[FrameLayout.HeaderBytes + HelloPayload.Bytes];
        new FrameHeader(FrameKind.Hello, FrameFlags.None, 0, HelloPayload.Bytes).Write(frame);
        HelloPayload.Write(frame.AsSpan(FrameLayout.HeaderBytes), channelId.ToArray(), signature.ToArray(), Ciphers, secret);
        return frame;
    }

    private static byte[] EncodeWelcome(Signature signature, RecordCipher cipher, ReadOnlySpan<byte> secret)
    {
        var frame = new byte[FrameLayout.HeaderBytes + WelcomePayload.Bytes];
        new FrameHeader(FrameKind.Welcome, FrameFlags.None, 0, WelcomePayload.Bytes).Write(frame);
        WelcomePayload.Write(frame.AsSpan(FrameLayout.HeaderBytes), signature.ToArray(), cipher, secret);
        return frame;
    }
}
