namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>A connection to a gateway could not be made, or broke.</summary>
internal sealed class GatewayConnectionException(string message, Exception? inner = null) : Exception(message, inner);
