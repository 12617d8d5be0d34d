namespace Tachyon.Protocol.Frames;

/// <summary>Why bytes are not a frame. Everything but <see cref="None"/> and <see cref="Truncated"/> ends the session.</summary>
public enum FrameError : byte
{
    /// <summary>The bytes are well formed.</summary>
    None = 0,

    /// <summary>More bytes are needed; not an error while the connection lives.</summary>
    Truncated = 1,

    /// <summary>The kind is not one of <see cref="FrameKind"/>.</summary>
    UnknownKind = 2,

    /// <summary>A flag or reserved bit is set that this version does not assign, or a flag that the kind does not allow.</summary>
    UnassignedBits = 3,

    /// <summary>The payload length is above what the kind allows.</summary>
    Oversized = 4,

    /// <summary>The payload length is below what the kind needs.</summary>
    Undersized = 5,

    /// <summary>A stream's frame names no stream, or a frame of the session names one.</summary>
    WrongStream = 6,

    /// <summary>A unit frame carries no unit.</summary>
    UnitMissing = 7,

    /// <summary>The payload does not follow the layout of its kind.</summary>
    MalformedPayload = 8,

    /// <summary>Not what the peer sealed in this place for this side: forged, altered, replayed, out of order or from elsewhere.</summary>
    NotGenuine = 9,
}
