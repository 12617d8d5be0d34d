using System.Net;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Gateway;

/// <summary>What the gateway writes to the log.</summary>
internal sealed partial class EdgeLog(ILogger<EdgeLog> logger)
{
    [LoggerMessage(1, LogLevel.Information, "Edge {Node} connected from {Remote}")]
    public partial void Connected(Address node, IPAddress remote);

    [LoggerMessage(2, LogLevel.Information, "Ended the connection from {Remote} (edge {Node}): {Code}, {Reason}")]
    public partial void Ended(IPAddress remote, Address? node, GatewayErrorCode code, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Kind} of edge {Node} failed")]
    public partial void RequestFailed(GatewayMessageKind kind, Address node, Exception exception);

    [LoggerMessage(4, LogLevel.Debug, "Could not reach a channel on behalf of edge {Node}: {Reason}")]
    public partial void WatchFailed(Address node, string reason);
}
