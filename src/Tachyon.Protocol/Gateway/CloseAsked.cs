using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// To the provider of a channel: its operator would have it closed. It binds to nothing. A provider closes as its owner would have it
/// closed, at what was used: so a gateway that lies can end channels, and cost nobody what was earned.
/// </summary>
/// <param name="ChannelId">The channel.</param>
public sealed record CloseAsked(ChannelId ChannelId) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.CloseAsked;

    internal override void WriteBody(GatewayWriter writer) => writer.ChannelId(ChannelId);

    internal static CloseAsked? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        return reader.Failed ? null : new CloseAsked(channelId);
    }
}
