using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>How this node runs its tunnel sessions. Each value concerns this side only; the peer has its own.</summary>
internal sealed record TunnelOptions
{
    /// <summary>Most bytes read from a local connection into one data frame.</summary>
    public int FramePayloadBytes { get; init; } = FrameLayout.MaxPayloadBytes;

    /// <summary>The same where streams share a session: each waits for a frame of every other.</summary>
    public int SharedFramePayloadBytes { get; init; } = FrameLayout.MaxPayloadBytes / 2;

    /// <summary>Ciphers that records may be sealed with; with none the frames stay in TLS.</summary>
    public RecordCiphers RecordCiphers { get; init; } = RecordCipherChoice.Offered;

    /// <summary>How far the receive window of one stream may grow.</summary>
    public int MaxWindowBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How far the receive window of a stream of UDP datagrams may grow: what is late is better dropped than kept.</summary>
    public int MaxUdpWindowBytes { get; init; } = 1024 * 1024;

    /// <summary>How much all streams of a session may grow together: bounds what slow readers can bind.</summary>
    public long SessionGrowthBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>Most streams of a session at once.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>Most bytes of control frames waiting to be sent; a peer that makes more pile up does not read.</summary>
    public int MaxControlBacklogBytes { get; init; } = 1024 * 1024;

    /// <summary>How long TLS and both signatures may take together.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the peer is asked for a sign of life.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A peer from which nothing came for this long is gone.</summary>
    public TimeSpan PeerTimeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>A session without streams for this long ends; null to keep it.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>A session ends in order after this long, and its peer may begin another; null to keep it.</summary>
    public TimeSpan? SessionLimit { get; init; }

    /// <summary>How long an orderly end may take to exchange the last units.</summary>
    public TimeSpan EndTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
