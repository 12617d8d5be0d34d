using System.Net;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <content>Log messages.</content>
internal sealed partial class ConsumerNode
{
    [LoggerMessage(LogLevel.Information, "The SOCKS5 proxy listens on {Endpoint}")]
    private partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(LogLevel.Information, "Serving over channel {ChannelId} with provider {Provider}")]
    private partial void LogServing(ChannelId channelId, Address provider);

    [LoggerMessage(LogLevel.Information, "The session on channel {ChannelId} ended ({Reason}): {Detail}")]
    private partial void LogEnded(ChannelId channelId, string reason, string detail);

    [LoggerMessage(LogLevel.Warning, "No session with provider {Provider} at {Endpoint} ({Fault}): {Detail}")]
    private partial void LogNotConnected(Address provider, string? endpoint, HandshakeFault fault, string detail);

    [LoggerMessage(LogLevel.Information, "Channel {ChannelId} is being closed; another is opened when a client wants one")]
    private partial void LogWaitsForAClient(ChannelId channelId);

    [LoggerMessage(LogLevel.Warning, "No channel: {Detail}")]
    private partial void LogNoChannel(string detail);
}
