namespace Tachyon.Protocol.Gateway;

/// <summary>The edge is authenticated. Pushes may follow from now on.</summary>
/// <param name="TimestampMs">The silo's clock, Unix milliseconds, so that an edge notices a clock that is wrong.</param>
/// <param name="HeartbeatPeriodMs">How often the gateway wants to hear from the edge; after three periods of silence it closes.</param>
/// <param name="MaxOpenRequests">How many requests may wait for their replies at once.</param>
public sealed record Welcome(ulong TimestampMs, uint HeartbeatPeriodMs, ushort MaxOpenRequests) : GatewayReply
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Welcome;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U64(TimestampMs);
        writer.U32(HeartbeatPeriodMs);
        writer.U16(MaxOpenRequests);
    }

    internal static Welcome? Read(ref GatewayReader reader)
    {
        var timestampMs = reader.U64();
        var heartbeatPeriodMs = reader.U32();
        var maxOpenRequests = reader.U16();
        if (!reader.Failed && (heartbeatPeriodMs == 0 || maxOpenRequests == 0))
        {
            reader.Fail(GatewayDecodeFault.BadValue);
        }

        return reader.Failed ? null : new Welcome(timestampMs, heartbeatPeriodMs, maxOpenRequests);
    }
}
