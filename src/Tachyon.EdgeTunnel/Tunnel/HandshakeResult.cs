using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Why no session came about.</summary>
internal enum HandshakeFault
{
    /// <summary>It did come about.</summary>
    None = 0,

    /// <summary>The connection broke.</summary>
    ConnectionLost = 1,

    /// <summary>TLS failed: another version, no TLS at all, or no certificate.</summary>
    TlsFailed = 2,

    /// <summary>The peer took too long.</summary>
    TimedOut = 3,

    /// <summary>The peer sent what is no frame, or not the frame that is due.</summary>
    ProtocolViolation = 4,

    /// <summary>The peer speaks another version.</summary>
    VersionUnsupported = 5,

    /// <summary>The peer's signature is not that of the channel's party over this very connection.</summary>
    WrongKey = 6,

    /// <summary>This provider does not serve the channel.</summary>
    ChannelRefused = 7,

    /// <summary>The peer refused, for the reason it gave.</summary>
    RefusedByPeer = 8,
}

/// <summary>An authenticated connection, or why there is none.</summary>
internal sealed record HandshakeResult
{
    private HandshakeResult(HandshakeFault fault, string detail)
    {
        Fault = fault;
        Detail = detail;
    }

    public HandshakeFault Fault { get; }

    /// <summary>One line for people: what was expected and what came.</summary>
    public string Detail { get; }

    /// <summary>The reason that this side told the peer, or the peer told this side.</summary>
    public GoodbyeReason? Reason { get; private init; }

    /// <summary>The connection; null unless <see cref="Fault"/> is none. Whoever takes it disposes it.</summary>
    public IFrameTransport? Transport { get; private init; }

    /// <summary>The channel it is for; null unless <see cref="Fault"/> is none, and on a route.</summary>
    public TunnelChannel? Channel { get; private init; }

    /// <summary>The route it is for; null unless <see cref="Fault"/> is none, and on a channel.</summary>
    public Bytes32? Tag { get; private init; }

    public static HandshakeResult Success(IFrameTransport transport, TunnelChannel channel) =>
        new(HandshakeFault.None, "") { Transport = transport, Channel = channel };

    public static HandshakeResult Success(IFrameTransport transport, Bytes32 tag) =>
        new(HandshakeFault.None, "") { Transport = transport, Tag = tag };

    public static HandshakeResult Failure(HandshakeFault fault, string detail, GoodbyeReason? reason = null) =>
        new(fault, detail) { Reason = reason };
}
