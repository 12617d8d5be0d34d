using System.Security.Cryptography;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>
/// A route's consumer and its exit, through a relay that may sit in between: the exit proves itself before it is told anything,
/// and the consumer never does but by the route's key.
/// <code>
///   consumer ── TLS 1.3, both certificates ──────▶ exit
///   consumer ── RouteHello(version) ─────────────▶ exit
///   consumer ◀── RouteProof(signature) ─────────── exit     over both certificates, before the tag is said
///   consumer ── RouteOpen(tag, signature) ───────▶ exit     looks the tag up, judges the route key's signature
///   consumer ◀── RouteWelcome ──────────────────── exit     or Goodbye(reason)
/// </code>
/// </content>
internal sealed partial class SessionHandshake
{
    /// <summary>The routes that this node serves as an exit; null where it serves none.</summary>
    public IRouteService? Routes { get; init; }

    /// <summary>The part of a route's consumer, whose signer is the route's key. Disposes the stream unless it succeeds.</summary>
    public Task<HandshakeResult> ConnectRouteAsync(Stream stream, Address exit, Bytes32 tag, CancellationToken cancellationToken) => RunAsync(
        stream,
        TlsConnection.ConnectAsync,
        (transport, tls) => IntroduceRouteAsync(transport, tls, exit, tag),
        cancellationToken);

    private async Task<HandshakeResult> IntroduceRouteAsync(StreamFrameTransport transport, TlsConnection tls, Address exit, Bytes32 tag)
    {
        await transport.SendAsync(Encode(FrameKind.RouteHello, [FrameLayout.Version]));
        var received = await transport.ReceiveAsync();
        if (Unexpected(received, FrameKind.RouteProof) is { } silent)
        {
            return silent;
        }

        if (RouteProofPayload.TryRead(received.Payload.Span, out var proof) != FrameError.None || proof.Version != FrameLayout.Version)
        {
            return await RefuseAsync(transport, HandshakeFault.VersionUnsupported, GoodbyeReason.VersionUnsupported, "the exit speaks another version");
        }

        var shown = new ExitAuth(exit, tls.PeerFingerprint, tls.OwnFingerprint);
        if (verifier.Verify(shown, domain, Signature.FromBytes(proof.Signature), exit) != SignatureFault.None)
        {
            return await RefuseAsync(transport, HandshakeFault.WrongKey, GoodbyeReason.WrongKey, $"the peer did not sign as exit {exit}");
        }

        var secret = RandomNumberGenerator.GetBytes(Bytes32.Length);
        var own = new RouteAuth(exit, tag, tls.OwnFingerprint, tls.PeerFingerprint);
        var open = new byte[RouteOpenPayload.Bytes];
        RouteOpenPayload.Write(open, tag.ToArray(), signer.Sign(own, domain).ToArray(), Ciphers, secret);
        await transport.SendAsync(Encode(FrameKind.RouteOpen, open));

        received = await transport.ReceiveAsync();
        if (Unexpected(received, FrameKind.RouteWelcome) is { } refused)
        {
            return refused;
        }

        RouteWelcomePayload.TryRead(received.Payload.Span, out var welcome);
        if (!Ciphers.Contains(welcome.Cipher))
        {
            return await RefuseAsync(
                transport, HandshakeFault.ProtocolViolation, GoodbyeReason.ProtocolViolation, $"the exit chose cipher {welcome.Cipher}, which was not offered");
        }

        var secrets = new RecordSecrets(
            Bytes32.FromBytes(secret), Bytes32.FromBytes(welcome.Secret), new ChannelId(tag), tls.OwnFingerprint, tls.PeerFingerprint, welcome.Cipher);
        return GoOn(transport, tls, next => HandshakeResult.Success(next, tag), secrets, SessionRole.Consumer);
    }

    private async Task<HandshakeResult> ReceiveRouteAsync(StreamFrameTransport transport, TlsConnection tls, IRouteService routes, byte version)
    {
        if (version != FrameLayout.Version)
        {
            return await RefuseAsync(transport, HandshakeFault.VersionUnsupported, GoodbyeReason.VersionUnsupported, "the consumer speaks another version");
        }

        var own = new ExitAuth(signer.Address, tls.OwnFingerprint, tls.PeerFingerprint);
        var proof = new byte[RouteProofPayload.Bytes];
        RouteProofPayload.Write(proof, signer.Sign(own, domain).ToArray());
        await transport.SendAsync(Encode(FrameKind.RouteProof, proof));

        var received = await transport.ReceiveAsync();
        if (Unexpected(received, FrameKind.RouteOpen) is { } failure)
        {
            return failure;
        }

        RouteOpenPayload.TryRead(received.Payload.Span, out var open);
        var tag = Bytes32.FromBytes(open.Tag);
        var signature = Signature.FromBytes(open.Signature);
        var consumerSecret = Bytes32.FromBytes(open.Secret);
        var cipher = RecordCipherChoice.Choose(Ciphers, open.Ciphers);
        if (routes.FindKey(tag) is not { } routeKey)
        {
            return await RefuseAsync(transport, HandshakeFault.ChannelRefused, GoodbyeReason.ChannelUnknown, $"no proxy has named a route {tag}");
        }

        var peer = new RouteAuth(signer.Address, tag, tls.PeerFingerprint, tls.OwnFingerprint);
        if (verifier.Verify(peer, domain, signature, routeKey) != SignatureFault.None)
        {
            return await RefuseAsync(transport, HandshakeFault.WrongKey, GoodbyeReason.WrongKey, $"the peer did not sign with the key of route {tag}");
        }

        var secret = RandomNumberGenerator.GetBytes(Bytes32.Length);
        var welcome = new byte[RouteWelcomePayload.Bytes];
        RouteWelcomePayload.Write(welcome, cipher, secret);
        await transport.SendAsync(Encode(FrameKind.RouteWelcome, welcome));
        var secrets = new RecordSecrets(
            consumerSecret, Bytes32.FromBytes(secret), new ChannelId(tag), tls.PeerFingerprint, tls.OwnFingerprint, cipher);
        return GoOn(transport, tls, next => HandshakeResult.Success(next, tag), secrets, SessionRole.Provider);
    }

    private static byte[] Encode(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameLayout.HeaderBytes + payload.Length];
        new FrameHeader(kind, FrameFlags.None, 0, payload.Length).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameLayout.HeaderBytes));
        return frame;
    }
}
