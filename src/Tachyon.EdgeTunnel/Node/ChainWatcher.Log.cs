using Microsoft.Extensions.Logging;

namespace Tachyon.EdgeTunnel.Node;

/// <content>Log messages.</content>
internal sealed partial class ChainWatcher
{
    [LoggerMessage(LogLevel.Information, "Following the chain from block {Block} on")]
    private partial void LogFollowing(ulong block);

    [LoggerMessage(LogLevel.Warning, "The chain does not answer: {Detail}; trying again until it does")]
    private partial void LogUnreachable(string detail);
}
