using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>Log messages.</content>
internal sealed partial class TunnelSession
{
    [LoggerMessage(1, LogLevel.Information, "Session ended ({Reason}, by peer: {ByPeer}): {Detail}")]
    private partial void LogEnded(string reason, bool byPeer, string detail);

    [LoggerMessage(2, LogLevel.Debug, "The peer says goodbye: {Reason}")]
    private partial void LogGoodbye(GoodbyeReason reason);

    [LoggerMessage(3, LogLevel.Warning, "Session fails ({Reason}): {Detail}")]
    private partial void LogFailed(GoodbyeReason reason, string detail);

    [LoggerMessage(4, LogLevel.Error, "The session's reader failed")]
    private partial void LogReaderFailed(Exception exception);

    [LoggerMessage(5, LogLevel.Error, "The exit failed on stream {StreamId}")]
    private partial void LogExitFailed(Exception exception, uint streamId);
}
