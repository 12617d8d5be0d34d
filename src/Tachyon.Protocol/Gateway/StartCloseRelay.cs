using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A party's signed wish to close alone. The silo sends it to the chain with the newest evidence it holds. Answered by
/// <see cref="Accepted"/> once the intent is durable, or <see cref="Refused"/>.
/// </summary>
/// <param name="ChannelId">The channel; the sender is one of its parties.</param>
/// <param name="ValidUntilSeconds">Unix seconds, inclusive.</param>
/// <param name="Signature">The sender's, on <c>Close(channelId, validUntil)</c>.</param>
public sealed record StartCloseRelay(ChannelId ChannelId, ulong ValidUntilSeconds, Signature Signature) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.StartCloseRelay;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.U64(ValidUntilSeconds);
        writer.Signature(Signature);
    }

    internal static StartCloseRelay? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var validUntilSeconds = reader.U64();
        var signature = reader.Signature();
        return reader.Failed ? null : new StartCloseRelay(channelId, validUntilSeconds, signature);
    }
}
