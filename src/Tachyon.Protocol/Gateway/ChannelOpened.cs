using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// To a provider: the silo saw a channel opened with it. The provider looks at its own RPC endpoint before it confirms.
/// </summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Terms">Its terms.</param>
/// <param name="ConfirmBeforeSeconds">The end of the time to confirm, Unix seconds, exclusive.</param>
public sealed record ChannelOpened(ChannelId ChannelId, Terms Terms, ulong ConfirmBeforeSeconds) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.ChannelOpened;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.Terms(Terms);
        writer.U64(ConfirmBeforeSeconds);
    }

    internal static ChannelOpened? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var terms = reader.Terms();
        var confirmBefore = reader.U64();
        return reader.Failed ? null : new ChannelOpened(channelId, terms!, confirmBefore);
    }
}
