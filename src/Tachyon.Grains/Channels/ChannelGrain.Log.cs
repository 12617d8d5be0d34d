using Microsoft.Extensions.Logging;

namespace Tachyon.Grains.Channels;

/// <content>Log messages.</content>
internal sealed partial class ChannelGrain
{
    [LoggerMessage(1, LogLevel.Warning, "Channel {Channel} could not act on its deadline; the deadline shard will call again.")]
    private static partial void LogDeadlineFailed(ILogger logger, ChannelId channel, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "Operation {Operation} ended without an effect: {Error} {Detail}")]
    private static partial void LogOperationRefused(ILogger logger, string operation, string error, string detail);

    [LoggerMessage(3, LogLevel.Warning, "The end of operation {Operation} could not be recorded with its channel; the outbox keeps it.")]
    private static partial void LogIntentChangeFailed(ILogger logger, string operation, Exception fault);

    [LoggerMessage(4, LogLevel.Warning, "Channel {Channel} could not ask for what new units call for on chain; its deadline comes back to it.")]
    private static partial void LogOperationNotAskedFor(ILogger logger, ChannelId channel, Exception fault);
}
