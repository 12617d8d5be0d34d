namespace Tachyon.Protocol.Gateway;

/// <summary>Bounds of the gateway protocol, checked at both ends. They are part of the protocol, not options.</summary>
public static class GatewayLimits
{
    /// <summary>The version of the gateway protocol that this build speaks.</summary>
    public const ushort Version = 1;

    /// <summary>The longest message, envelope included, in bytes. A longer one is refused before it is read whole.</summary>
    public const int MaxMessageBytes = 65_536;

    /// <summary>The most channels whose units one <see cref="SubmitUnits"/> may carry.</summary>
    public const int MaxUnitsPerBatch = 128;

    /// <summary>The most offers that a <see cref="MatchRequest"/> may ask for and a <see cref="MatchResult"/> hold.</summary>
    public const int MaxOffers = 32;

    /// <summary>The most statements of a <see cref="StatementsReply"/> or a <see cref="StatementsPublished"/>; the longest fit one message.</summary>
    public const int MaxStatements = 64;

    /// <summary>The most nodes that a <see cref="RouteRequest"/> may exclude.</summary>
    public const int MaxExcluded = 32;

    /// <summary>The most routes that one message of a pool may name.</summary>
    public const int MaxRoutesPerMessage = 255;

    /// <summary>The longest endpoint in UTF-8 bytes.</summary>
    public const int MaxEndpointBytes = 255;

    /// <summary>The longest explanation in UTF-8 bytes; longer ones are cut when a message is made.</summary>
    public const int MaxTextBytes = 1_024;

    /// <summary>The path, below the gateway's URL, of the WebSocket at which edges connect.</summary>
    public const string EdgePath = "/v1/edge";
}
