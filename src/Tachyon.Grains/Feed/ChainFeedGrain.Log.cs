using Microsoft.Extensions.Logging;

namespace Tachyon.Grains.Feed;

/// <content>Log messages.</content>
internal sealed partial class ChainFeedGrain
{
    [LoggerMessage(1, LogLevel.Error, "The chain feed cannot go on at present; it goes on trying.")]
    private static partial void LogPollFailed(ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Information, "The chain feed follows the chain again, after: {Error}")]
    private static partial void LogRecovered(ILogger logger, string error);

    [LoggerMessage(3, LogLevel.Warning, "Re-organisation: block {Block} was replaced; {Ranges} ranges of blocks are read again.")]
    private static partial void LogReorganisation(ILogger logger, ulong block, int ranges);

    [LoggerMessage(4, LogLevel.Error, "Channel {Channel} could not be told what the chain shows, and is told again until it can be: {Error}")]
    private static partial void LogParked(ILogger logger, ChannelId channel, string error);

    [LoggerMessage(5, LogLevel.Information, "Channel {Channel} was told what it had missed, after {Attempts} attempts.")]
    private static partial void LogToldAfterAll(ILogger logger, ChannelId channel, int attempts);

    [LoggerMessage(6, LogLevel.Warning, "The chain feed cannot reach the chain; nothing is lost, and it goes on trying: {Error}")]
    private static partial void LogChainDown(ILogger logger, string error);

    [LoggerMessage(7, LogLevel.Critical, "The chain feed has halted, and no channel is told anything: {Reason}")]
    private static partial void LogHalted(ILogger logger, string reason);
}
