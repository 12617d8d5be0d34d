using System.Net;
using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <content>Log messages.</content>
internal sealed partial class ProviderNode
{
    [LoggerMessage(LogLevel.Information, "New channels are taken: {Take}")]
    private partial void LogTakesNewChannels(bool take);

    [LoggerMessage(LogLevel.Information, "The tunnel listens on {Endpoint}")]
    private partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(LogLevel.Warning, "Ending the session on channel {ChannelId}: {Reason}")]
    private partial void LogStopsServing(ChannelId channelId, string reason);

    [LoggerMessage(LogLevel.Warning, "The gateway did not take the last units of {Channels} channels; the journal has them")]
    private partial void LogNotFlushed(int channels);

    [LoggerMessage(LogLevel.Information, "Consumer {Consumer} has signed an end of channel {ChannelId} at {BytesUsed} bytes")]
    private partial void LogClosureOffered(ChannelId channelId, Address consumer, ulong bytesUsed);

    [LoggerMessage(LogLevel.Information, "The operator of the gateway asks to close channel {ChannelId}")]
    private partial void LogCloseAsked(ChannelId channelId);

    [LoggerMessage(LogLevel.Warning, "The gateway offers a closure of channel {ChannelId} that {Signer} has not signed, or on which this node has nothing to sign")]
    private partial void LogOfferIgnored(ChannelId channelId, Address signer);

    [LoggerMessage(LogLevel.Warning, "A closure of channel {ChannelId} was not taken: {Reason}")]
    private partial void LogOfferNotTaken(ChannelId channelId, string reason);
}
