using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <content>Log messages.</content>
internal sealed partial class ChannelOpener
{
    [LoggerMessage(LogLevel.Information, "Opening channel {ChannelId} with provider {Provider} at {Price} IPX per MB")]
    private partial void LogIntended(ChannelId channelId, Address provider, string price);

    [LoggerMessage(LogLevel.Information, "Channel {ChannelId} with provider {Provider} is active")]
    private partial void LogActive(ChannelId channelId, Address provider);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} with provider {Provider} did not become active: {Stage}")]
    private partial void LogNotOpened(ChannelId channelId, Address provider, ChannelStage stage);

    [LoggerMessage(LogLevel.Warning, "No provider yet: {Detail}")]
    private partial void LogNoMatch(string detail);

    [LoggerMessage(LogLevel.Warning, "Opening takes long: {Detail}")]
    private partial void LogSlow(string detail);
}
