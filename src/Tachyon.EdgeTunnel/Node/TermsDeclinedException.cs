using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>A provider does not take a channel on these terms. Nothing was opened, and no deposit has moved.</summary>
internal sealed class TermsDeclinedException(ChannelId channelId, RefusalReason reason, string text)
    : Exception($"channel {channelId} is declined ({reason}): {text}")
{
    public RefusalReason Reason { get; } = reason;

    /// <summary>Why and what to do, as a sentence.</summary>
    public string Text { get; } = text;
}
