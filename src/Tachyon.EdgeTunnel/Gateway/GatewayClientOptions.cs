using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>Where the gateway is and how patient the edge is with it.</summary>
internal sealed class GatewayClientOptions
{
    /// <summary>
    /// The gateways of an operator, the best first; at least one. The edge is connected to one at a time, and goes on to the next
    /// when that one cannot be reached or ends the connection.
    /// </summary>
    public required IReadOnlyList<GatewayAddress> Gateways { get; init; }

    /// <summary>The chain and contract of the edge's channels. A gateway of another one is not used.</summary>
    public required Eip712Domain Domain { get; init; }

    /// <summary>The time to connect and to prove the key, together. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that a request waits for its reply. Default 30 s: a silo may be waiting for its storage or another silo.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait after a first failed attempt; it doubles, once for each turn of all gateways, up to <see cref="MaxRetryDelay"/>. Default 500 ms.</summary>
    public TimeSpan MinRetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between attempts. Default 15 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The wait after the gateway said that trying again at once is of no use (another version, another contract, or the
    /// same key connected elsewhere). Default 5 min.
    /// </summary>
    public TimeSpan RejectedRetryDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The shortest time between two batches of units. Longer gives the silo less work; what it has not got meanwhile is
    /// durable at the edge. Default 200 ms.
    /// </summary>
    public TimeSpan UnitInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Pushes kept for a reader that is late; the oldest go first, since every push is a hint to look at the chain. Default 1,024.</summary>
    public int MaxWaitingPushes { get; init; } = 1_024;
}
