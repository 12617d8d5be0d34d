namespace Tachyon.Protocol.Gateway;

/// <summary>What went wrong between an edge and a gateway, sorted by what the edge does next.</summary>
public enum GatewayErrorCode : byte
{
    /// <summary>Not an error.</summary>
    None = 0,

    /// <summary>The bytes are no message of this protocol. The connection is closed.</summary>
    Malformed = 1,

    /// <summary>The message is longer than the protocol allows. The connection is closed.</summary>
    TooLong = 2,

    /// <summary>The gateway speaks another version. The connection is closed; update the older side.</summary>
    UnknownVersion = 3,

    /// <summary>The gateway settles on another chain or contract. The connection is closed; check the deployment file.</summary>
    WrongDomain = 4,

    /// <summary>The challenge was not answered in time, or with another key. The connection is closed; connect again.</summary>
    NotAuthenticated = 5,

    /// <summary>A message that this point of the conversation does not allow. The connection is closed.</summary>
    OutOfOrder = 6,

    /// <summary>Too many requests or connections of one identity or one address. Wait, then ask again.</summary>
    TooMany = 7,

    /// <summary>The edge reads too slowly for what is sent to it. The connection is closed; connect again.</summary>
    TooSlow = 8,

    /// <summary>A newer connection of the same identity took over. The connection is closed; do not connect again.</summary>
    Superseded = 9,

    /// <summary>The silo could not do it now (storage, chain or another silo). What was asked may be asked again.</summary>
    Unavailable = 10,

    /// <summary>The silo is stopping. Connect again.</summary>
    Stopping = 11,
}
