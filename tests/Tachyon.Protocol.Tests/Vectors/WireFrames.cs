using System.Net;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>A frame of the vectors' session.</summary>
internal sealed record WireFrame(string Name, SessionRole Sender, FrameHeader Header, byte[] Bytes)
{
    internal ReadOnlySpan<byte> Payload => Bytes.AsSpan(Header.PrefixBytes);
}

/// <summary>Frames of every kind, as the two sides of the vectors' session would send them.</summary>
internal static class WireFrames
{
    private const SessionRole A = SessionRole.Consumer;
    private const SessionRole B = SessionRole.Provider;

    private static readonly Closure Closure = new(WireSession.ChannelId, 1_000, ProtocolVectors.Time);

    internal static IReadOnlyList<WireFrame> All { get; } =
    [
        Frame("introduction of the consumer", A, FrameKind.Hello, 0, Hello()),
        Frame("introduction of the provider", B, FrameKind.Welcome, 0, Welcome()),
        Frame("no unit to show", A, FrameKind.UnitShown, 0, []),
        Frame("a unit shown", B, FrameKind.UnitShown, 0, Section(WireSession.ConsumerUnit)),
        Frame("open by name", A, FrameKind.Open, 1, Open("example.org", 443)),
        Frame("open by IPv4 address", A, FrameKind.Open, 2, Open("192.0.2.7", 80)),
        Frame("open by IPv6 address", A, FrameKind.Open, 3, Open("2001:db8::7", 8080)),
        Frame("connected", B, FrameKind.OpenResult, 1, [(byte)OpenOutcome.Connected]),
        Frame("data", A, FrameKind.Data, 1, "GET / HTTP/1.1\r\n\r\n"u8),
        Frame("data with a unit", A, FrameKind.Data, 1, new byte[1_000], WireSession.ConsumerUnit),
        Frame("a unit alone", B, FrameKind.Unit, 0, [], WireSession.ProviderUnit),
        Frame("a window", B, FrameKind.Window, 1, [0, 4, 0, 0]),
        Frame("the end of a direction", A, FrameKind.Fin, 1, []),
        Frame("given up", B, FrameKind.Reset, 1, [(byte)ResetReason.LocalEndClosed]),
        Frame("statement of a count", B, FrameKind.Statement, 0, [0, 0, 0, 0, 0, 0, 3, 0xE8]),
        Frame("ping", A, FrameKind.Ping, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
        Frame("pong", B, FrameKind.Pong, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
        Frame("open for UDP", A, FrameKind.OpenUdp, 4, []),
        Frame("a datagram by address", A, FrameKind.Data, 4, [0, 12, 1, 192, 0, 2, 53, 0, 53, .. "query"u8]),
        Frame("a datagram by name", A, FrameKind.Data, 4, [0, 20, 3, 11, .. "example.org"u8, 0, 53, .. "query"u8]),
        Frame("packets asked for", A, FrameKind.PacketsOpen, 0, PacketsOpen()),
        Frame("packets carried", B, FrameKind.PacketsOpened, 0, PacketsOpened()),
        Frame("packets not carried", B, FrameKind.PacketsOpened, 0, []),
        Frame("closure offered", A, FrameKind.ClosureOffer, 0, []),
        Frame("closure of the consumer", A, FrameKind.ClosureSigned, 0, SignedClosure(A)),
        Frame("closure of the provider", B, FrameKind.ClosureSigned, 0, SignedClosure(B)),
        Frame("introduction of a route's consumer", A, FrameKind.RouteHello, 0, [FrameLayout.Version]),
        Frame("proof of its exit", B, FrameKind.RouteProof, 0, RouteProof()),
        Frame("proof of the route's key", A, FrameKind.RouteOpen, 0, RouteOpen()),
        Frame("welcome of its exit", B, FrameKind.RouteWelcome, 0, RouteWelcome()),
        Frame("goodbye", B, FrameKind.Goodbye, 0, [(byte)GoodbyeReason.Orderly]),
    ];

    internal static byte[] Section(SignedUnit signed)
    {
        byte[] section = new byte[FrameLayout.UnitSectionBytes];
        UnitSection.Write(
            section, signed.Unit.Index, signed.Unit.BytesUsed, signed.Unit.TimestampMs,
            signed.Unit.CounterUnit.ToArray(), signed.Signature.ToArray());
        return section;
    }

    internal static WireFrame Named(string name) => All.Single(frame => frame.Name == name);

    private static WireFrame Frame(
        string name, SessionRole sender, FrameKind kind, uint streamId, ReadOnlySpan<byte> payload, SignedUnit? unit = null)
    {
        var header = new FrameHeader(kind, unit is null ? FrameFlags.None : FrameFlags.Unit, streamId, payload.Length);
        byte[] bytes = new byte[header.FrameBytes];
        header.Write(bytes);
        if (unit is not null)
        {
            Section(unit).CopyTo(bytes, FrameLayout.HeaderBytes);
        }

        payload.CopyTo(bytes.AsSpan(header.PrefixBytes));
        return new WireFrame(name, sender, header, bytes);
    }

    private static byte[] Introduction(SessionRole role)
    {
        var (own, peer) = role == A
            ? (WireSession.ConsumerCertificate, WireSession.ProviderCertificate)
            : (WireSession.ProviderCertificate, WireSession.ConsumerCertificate);
        SessionAuth auth = SessionRules.Own(WireSession.Terms, WireSession.ChannelId, role, own, peer);
        return WireSession.SignerOf(role).Sign(auth, ProtocolVectors.Domain).ToArray();
    }

    private static byte[] Hello()
    {
        byte[] payload = new byte[HelloPayload.Bytes];
        HelloPayload.Write(
            payload, WireSession.ChannelId.ToArray(), Introduction(A),
            RecordCiphers.Aes256Gcm | RecordCiphers.ChaCha20Poly1305, WireSession.ConsumerSecret.ToArray());
        return payload;
    }

    private static byte[] Welcome()
    {
        byte[] payload = new byte[WelcomePayload.Bytes];
        WelcomePayload.Write(payload, Introduction(B), RecordCipher.Aes256Gcm, WireSession.ProviderSecret.ToArray());
        return payload;
    }

    private static byte[] RouteProof()
    {
        var auth = new ExitAuth(WireSession.Terms.Provider, WireSession.ProviderCertificate, WireSession.ConsumerCertificate);
        byte[] payload = new byte[RouteProofPayload.Bytes];
        RouteProofPayload.Write(payload, WireSession.SignerOf(B).Sign(auth, ProtocolVectors.Domain).ToArray());
        return payload;
    }

    private static byte[] RouteOpen()
    {
        var auth = new RouteAuth(WireSession.Terms.Provider, WireSession.Tag, WireSession.ConsumerCertificate, WireSession.ProviderCertificate);
        byte[] payload = new byte[RouteOpenPayload.Bytes];
        RouteOpenPayload.Write(
            payload, WireSession.Tag.ToArray(), WireSession.RouteKey.Sign(auth, ProtocolVectors.Domain).ToArray(),
            RecordCiphers.Aes256Gcm | RecordCiphers.ChaCha20Poly1305, WireSession.ConsumerSecret.ToArray());
        return payload;
    }

    private static byte[] RouteWelcome()
    {
        byte[] payload = new byte[RouteWelcomePayload.Bytes];
        RouteWelcomePayload.Write(payload, RecordCipher.Aes256Gcm, WireSession.ProviderSecret.ToArray());
        return payload;
    }

    private static byte[] Open(string host, int port)
    {
        Assert.True(TargetAddress.TryCreate(host, port, out var target));
        byte[] payload = new byte[OpenPayload.MaxBytes];
        return payload[..OpenPayload.Write(payload, target)];
    }

    private static byte[] PacketsOpen()
    {
        byte[] payload = new byte[PacketsOpenPayload.Bytes];
        PacketsOpenPayload.Write(payload, WireSession.ConsumerReceiver, RecordCiphers.Aes256Gcm, WireSession.ConsumerPathSecret.ToArray());
        return payload;
    }

    private static byte[] PacketsOpened()
    {
        byte[] payload = new byte[PacketsOpenedPayload.Bytes];
        PacketsOpenedPayload.Write(
            payload, WireSession.ProviderReceiver, RecordCipher.Aes256Gcm, WireSession.ProviderPathSecret.ToArray(), 9301, 1420,
            IPAddress.Parse("10.64.0.2").GetAddressBytes(), IPAddress.Parse("fd00::2").GetAddressBytes());
        return payload;
    }

    private static byte[] SignedClosure(SessionRole role)
    {
        byte[] payload = new byte[ClosurePayload.Bytes];
        ClosurePayload.Write(
            payload, Closure.BytesUsed, Closure.ValidUntilSeconds, WireSession.SignerOf(role).Sign(Closure, ProtocolVectors.Domain).ToArray());
        return payload;
    }
}
