using Microsoft.Extensions.Logging;

namespace Tachyon.Grains.Feed;

/// <content>Log messages.</content>
internal sealed partial class ChainFeedGrain
{
    [LoggerMessage(1, LogLevel.Warning, "The chain feed cannot follow the chain at present; it goes on trying.")]
    private static partial void LogPollFailed(ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Information, "The chain feed follows the chain again, after: {Error}")]
    private static partial void LogRecovered(ILogger logger, string error);

    [LoggerMessage(3, LogLevel.Warning, "Re-organisation: block {Block} was replaced; {Ranges} ranges of blocks are read again.")]
    private static partial void LogReorganisation(ILogger logger, ulong block, int ranges);

    [LoggerMessage(4, LogLevel.Error, "The logs of channel {Channel} make no sense, so it is not followed. Check the RPC endpoint.")]
    private static partial void LogImpossibleHistory(ILogger logger, ChannelId channel);
}
