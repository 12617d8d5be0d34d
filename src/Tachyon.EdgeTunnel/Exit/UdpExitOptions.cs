namespace Tachyon.EdgeTunnel.Exit;

/// <summary>How an exit carries UDP.</summary>
internal sealed record UdpExitOptions
{
    /// <summary>
    /// How long a peer may answer after it was sent to, and after how long without a datagram of the consumer's an
    /// association ends (RFC 4787 recommends 5 minutes and allows no less than 2).
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Peers of one association that may answer at a time: at least so many, at most twice that.</summary>
    public int MaxPeers { get; init; } = 512;

    /// <summary>Names that one association keeps resolved.</summary>
    public int MaxNames { get; init; } = 64;

    /// <summary>How long a name stays resolved.</summary>
    public TimeSpan NameLifetime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most bytes of datagrams that wait for their name to be resolved, over a whole association.</summary>
    public int MaxWaitingBytes { get; init; } = 64 * 1024;

    /// <summary>How long resolving a name may take.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
