using System.Net;
using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <content>Log messages.</content>
internal sealed partial class ProviderNode
{
    [LoggerMessage(LogLevel.Information, "The tunnel listens on {Endpoint}")]
    private partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(LogLevel.Warning, "Ending the session on channel {ChannelId}: {Reason}")]
    private partial void LogStopsServing(ChannelId channelId, string reason);

    [LoggerMessage(LogLevel.Warning, "The gateway did not take the last units of {Channels} channels; the journal has them")]
    private partial void LogNotFlushed(int channels);
}
