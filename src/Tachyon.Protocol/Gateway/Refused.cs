namespace Tachyon.Protocol.Gateway;

/// <summary>The gateway understood the request and will not do it; asking the same again changes nothing by itself.</summary>
/// <param name="Reason">For the program.</param>
/// <param name="Text">For a person: the actual and the expected values, and what to do.</param>
/// <param name="RetryAfterMs">After how many milliseconds asking again may help; 0 when time alone changes nothing, or nobody knows.</param>
public sealed record Refused(RefusalReason Reason, string Text, uint RetryAfterMs = 0) : GatewayReply
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Refused;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U8((byte)Reason);
        writer.U32(RetryAfterMs);
        writer.CutText(Text, GatewayLimits.MaxTextBytes);
    }

    internal static Refused? Read(ref GatewayReader reader)
    {
        var reason = reader.Enum<RefusalReason>();
        var retryAfterMs = reader.U32();
        var text = reader.Text(GatewayLimits.MaxTextBytes);
        return reader.Failed ? null : new Refused(reason, text, retryAfterMs);
    }
}
