using System.Net;
using Tachyon.Protocol.Frames;

namespace Tachyon.Protocol.Tests.Fuzzing;

/// <summary>A valid frame of every kind, and their payloads, to be changed.</summary>
internal static class FrameSamples
{
    public static IReadOnlyList<byte[]> Payloads { get; } =
    [
        Open("example.org", 443), Open("192.0.2.7", 80), Open("2001:db8::1", 53), Fixed(1), Fixed(4, 1), Fixed(8), Fixed(16),
        Fixed(WelcomePayload.Bytes, 1), Fixed(HelloPayload.Bytes, 1), Fixed(FrameLayout.UnitSectionBytes, 7), Fixed(ClosurePayload.Bytes, 7), [],
    ];

    public static IReadOnlyList<byte[]> UdpStreams { get; } =
    [
        Udp("data"u8), Udp(""), [.. Udp("first"u8), .. Udp(new byte[900]), .. Udp("third"u8)],
        [0, 15, 3, 11, .. "example.org"u8, 0, 53], [0, 7, 1, 192, 0, 2, 7, 0, 53],
    ];

    public static IReadOnlyList<byte[]> All { get; } =
    [
        .. Enum.GetValues<FrameKind>().Where(kind => kind != FrameKind.None).SelectMany(kind => Payloads
            .Where(payload => Fits(kind, payload.Length))
            .Select(payload => Frame(kind, payload))),
    ];

    /// <summary>Reads a payload as its kind is read, and whatever follows from it.</summary>
    public static void ReadPayload(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Hello:
                if (HelloPayload.TryRead(payload, out var hello) == FrameError.None)
                {
                    _ = (hello.Version, hello.Ciphers, hello.Secret.Length, hello.Signature.Length);
                }

                break;
            case FrameKind.Welcome:
                if (WelcomePayload.TryRead(payload, out var welcome) == FrameError.None)
                {
                    _ = (welcome.Version, welcome.Cipher, welcome.Secret.Length, welcome.Signature.Length);
                }

                break;
            case FrameKind.Open:
                if (OpenPayload.TryRead(payload, out var target) == FrameError.None)
                {
                    var written = new byte[OpenPayload.MaxBytes];
                    Assert.Equal(FrameError.None, OpenPayload.TryRead(written.AsSpan(0, OpenPayload.Write(written, target)), out var again));
                    Assert.Equal(target, again);
                }

                break;
            case FrameKind.OpenResult:
                OpenResultPayload.TryRead(payload, out _);
                break;
            case FrameKind.Window:
                WindowPayload.TryRead(payload, out _);
                break;
            case FrameKind.Statement:
                StatementPayload.TryRead(payload, out _);
                break;
            case FrameKind.ClosureSigned:
                if (ClosurePayload.TryRead(payload, out var closure) == FrameError.None)
                {
                    _ = (closure.BytesUsed, closure.ValidUntilSeconds, closure.Signature.Length);
                }

                break;
            case FrameKind.Ping or FrameKind.Pong:
                PingPayload.TryRead(payload, out _);
                break;
            case FrameKind.Goodbye:
                GoodbyePayload.TryRead(payload, out _);
                break;
            case FrameKind.PacketsOpen:
                PacketsOpenPayload.TryRead(payload, out _);
                break;
            case FrameKind.PacketsOpened:
                PacketsOpenedPayload.TryRead(payload, out _);
                break;
            case FrameKind.RouteProof:
                if (RouteProofPayload.TryRead(payload, out var proof) == FrameError.None)
                {
                    _ = (proof.Version, proof.Signature.Length);
                }

                break;
            case FrameKind.RouteOpen:
                if (RouteOpenPayload.TryRead(payload, out var route) == FrameError.None)
                {
                    _ = (route.Tag.Length, route.Signature.Length, route.Ciphers, route.Secret.Length);
                }

                break;
            case FrameKind.RouteWelcome:
                RouteWelcomePayload.TryRead(payload, out _);
                break;
            default:
                break;
        }
    }

    private static bool Fits(FrameKind kind, int payloadBytes)
    {
        var rule = FrameRule.For(kind);
        return payloadBytes >= rule.MinPayloadBytes && payloadBytes <= rule.MaxPayloadBytes;
    }

    private static byte[] Frame(FrameKind kind, byte[] payload)
    {
        var hasUnit = kind == FrameKind.Unit;
        var header = new FrameHeader(kind, hasUnit ? FrameFlags.Unit : FrameFlags.None, FrameRule.For(kind).OfStream ? 1u : 0, payload.Length);
        var frame = new byte[header.FrameBytes];
        header.Write(frame);
        payload.CopyTo(frame.AsSpan(header.PrefixBytes));
        return frame;
    }

    private static byte[] Open(string host, int port)
    {
        Assert.True(TargetAddress.TryCreate(host, port, out var target));
        var payload = new byte[OpenPayload.MaxBytes];
        return payload[..OpenPayload.Write(payload, target)];
    }

    private static byte[] Udp(ReadOnlySpan<byte> data)
    {
        var message = new byte[UdpMessage.MaxBytes];
        return message[..UdpMessage.Write(message, IPAddress.Loopback.GetAddressBytes(), 53, data)];
    }

    private static byte[] Udp(string data) => Udp(System.Text.Encoding.ASCII.GetBytes(data));

    private static byte[] Fixed(int bytes, byte value = 0) => [.. Enumerable.Repeat(value, bytes)];
}
