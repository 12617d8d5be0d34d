namespace Tachyon.Protocol.Gateway;

/// <summary>The edge is alive. Sent every <see cref="Welcome.HeartbeatPeriodMs"/>; answered by <see cref="Accepted"/>.</summary>
public sealed record Heartbeat : GatewayRequest<Accepted>
{
    /// <summary>The only value: the message has no fields.</summary>
    public static Heartbeat Instance { get; } = new();

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Heartbeat;

    internal override void WriteBody(GatewayWriter writer)
    {
    }

    internal static Heartbeat Read(ref GatewayReader _) => Instance;
}
