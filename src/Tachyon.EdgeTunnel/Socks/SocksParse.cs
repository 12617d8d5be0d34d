namespace Tachyon.EdgeTunnel.Socks;

/// <summary>What came of reading one SOCKS message.</summary>
internal enum SocksParse
{
    /// <summary>More bytes are needed.</summary>
    Incomplete = 0,

    /// <summary>A whole message was read.</summary>
    Complete = 1,

    /// <summary>The client does not speak SOCKS 5.</summary>
    WrongVersion = 2,

    /// <summary>The message does not follow the protocol.</summary>
    Malformed = 3,

    /// <summary>The address type is none of IPv4, name and IPv6.</summary>
    UnknownAddressType = 4,

    /// <summary>The name or port cannot be one.</summary>
    BadTarget = 5,
}
