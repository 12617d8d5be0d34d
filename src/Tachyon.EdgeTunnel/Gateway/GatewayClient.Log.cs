using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Gateway;

internal sealed partial class GatewayClient
{
    private void LogEnd(GatewayEnd end, TimeSpan delay)
    {
        // The same fault again and again, as of a silo that is away for the night, is said once.
        if (_status.Fault != end.Fault)
        {
            LogEnded(_gateway.Url, end.Text, delay.TotalSeconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to the gateway at {Url} as {Node}")]
    private partial void LogConnected(Uri url, Address node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No connection to the gateway at {Url}: {Reason}. Trying again in {Seconds:0.0} s, and on")]
    private partial void LogEnded(Uri url, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gateway did not take the announcement: {Reason}")]
    private partial void LogNotAnnounced(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo did not take units of channel {ChannelId}: {Reason}")]
    private partial void LogUnitsRefused(ChannelId channelId, RefusalReason reason);
}
