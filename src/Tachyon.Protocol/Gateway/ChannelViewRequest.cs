using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>Asks what the silo knows of one of the caller's channels. Answered by <see cref="ChannelViewReply"/> or <see cref="Refused"/>.</summary>
/// <param name="ChannelId">The channel.</param>
public sealed record ChannelViewRequest(ChannelId ChannelId) : GatewayRequest<ChannelViewReply>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.ChannelViewRequest;

    internal override void WriteBody(GatewayWriter writer) => writer.ChannelId(ChannelId);

    internal static ChannelViewRequest? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        return reader.Failed ? null : new ChannelViewRequest(channelId);
    }
}
