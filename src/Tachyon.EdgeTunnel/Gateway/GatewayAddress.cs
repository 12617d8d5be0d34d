using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>Where a gateway is.</summary>
/// <param name="Url">The silo's URL, http or https (or ws and wss), without the path of the WebSocket: "https://silo.example:7443".</param>
internal sealed record GatewayAddress(Uri Url)
{
    /// <summary>The WebSocket's address.</summary>
    public Uri WebSocketUrl => new UriBuilder(Url)
    {
        Scheme = Url.Scheme is "https" or "wss" ? "wss" : "ws",
        Path = Url.AbsolutePath.TrimEnd('/') + GatewayLimits.EdgePath,
    }.Uri;

    /// <summary>How the URL names the gateway, for <see cref="Protocol.Sessions.GatewayAuth"/>: host:port in lower case.</summary>
    public string Authority => $"{Url.IdnHost.ToLowerInvariant() switch { var h when h.Contains(':') => $"[{h.Trim('[', ']')}]", var h => h }}:{Url.Port}";
}
