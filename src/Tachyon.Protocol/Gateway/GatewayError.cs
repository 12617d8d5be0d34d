namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The conversation itself failed. With a request id it answers that request; without one it concerns the connection,
/// and for most codes the gateway closes it next.
/// </summary>
/// <param name="Code">For the program.</param>
/// <param name="Text">For a person: what happened and what to do.</param>
/// <param name="RetryAfterMs">After how many milliseconds to ask or connect again; 0 when not said.</param>
public sealed record GatewayError(GatewayErrorCode Code, string Text, uint RetryAfterMs = 0) : GatewayReply
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Error;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U8((byte)Code);
        writer.U32(RetryAfterMs);
        writer.CutText(Text, GatewayLimits.MaxTextBytes);
    }

    internal static GatewayError? Read(ref GatewayReader reader)
    {
        var code = reader.Enum<GatewayErrorCode>();
        var retryAfterMs = reader.U32();
        var text = reader.Text(GatewayLimits.MaxTextBytes);
        return reader.Failed ? null : new GatewayError(code, text, retryAfterMs);
    }
}
