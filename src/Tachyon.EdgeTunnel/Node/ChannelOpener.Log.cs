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

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} with provider {Provider} did not become active: {Stage}{Why}")]
    private partial void LogNotOpened(ChannelId channelId, Address provider, ChannelStage stage, string why);

    [LoggerMessage(LogLevel.Information, "The gateway says why channel {ChannelId} is declined: {Why}")]
    private partial void LogDeclined(ChannelId channelId, string why);

    [LoggerMessage(LogLevel.Warning, "The contract does not take the acceptance of {Provider} ({Refusal}); opening without it")]
    private partial void LogNotAccepted(Address provider, string refusal);

    [LoggerMessage(LogLevel.Warning, "No provider yet: {Detail}")]
    private partial void LogNoMatch(string detail);

    [LoggerMessage(LogLevel.Warning, "Opening takes long: {Detail}")]
    private partial void LogSlow(string detail);
}
