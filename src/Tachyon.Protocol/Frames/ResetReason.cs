namespace Tachyon.Protocol.Frames;

/// <summary>Why a stream was given up. The numbers are part of the wire format.</summary>
public enum ResetReason : byte
{
    /// <summary>Never sent.</summary>
    None = 0,

    /// <summary>The local end of the stream closed or failed.</summary>
    LocalEndClosed = 1,

    /// <summary>The peer's reset is answered: nothing more will come.</summary>
    Answered = 2,

    /// <summary>The session ends.</summary>
    SessionEnding = 3,

    /// <summary>The stream was idle for too long.</summary>
    Idle = 4,

    /// <summary>A reason that this version does not know.</summary>
    Other = 5,
}
