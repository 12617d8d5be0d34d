namespace Tachyon.Protocol.Gateway;

/// <summary>Why bytes are no gateway message.</summary>
public enum GatewayDecodeFault
{
    /// <summary>They are one.</summary>
    None = 0,

    /// <summary>Shorter than an envelope.</summary>
    TooShort = 1,

    /// <summary>Longer than <see cref="GatewayLimits.MaxMessageBytes"/>.</summary>
    TooLong = 2,

    /// <summary>No message of this version has this kind.</summary>
    UnknownKind = 3,

    /// <summary>The body ends before its last field.</summary>
    Truncated = 4,

    /// <summary>Bytes are left over behind the last field.</summary>
    TrailingBytes = 5,

    /// <summary>A field holds a value that its type does not allow.</summary>
    BadValue = 6,

    /// <summary>A request or reply without a request id, or a push with one.</summary>
    BadRequestId = 7,

    /// <summary>A <see cref="Hello"/> of a version that this build does not speak. Nothing behind the version was read.</summary>
    UnknownVersion = 8,
}
