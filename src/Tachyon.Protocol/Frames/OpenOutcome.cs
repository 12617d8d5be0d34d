namespace Tachyon.Protocol.Frames;

/// <summary>What became of an attempt to open a stream. The numbers are part of the wire format.</summary>
public enum OpenOutcome : byte
{
    /// <summary>Never sent.</summary>
    None = 0,

    /// <summary>The exit is connected to the target.</summary>
    Connected = 1,

    /// <summary>The exit's egress policy refuses the target.</summary>
    RefusedByPolicy = 2,

    /// <summary>The name has no address.</summary>
    NameNotFound = 3,

    /// <summary>No route to the target's network.</summary>
    NetworkUnreachable = 4,

    /// <summary>The target host cannot be reached.</summary>
    HostUnreachable = 5,

    /// <summary>The target refuses the connection.</summary>
    ConnectionRefused = 6,

    /// <summary>The target did not answer in time.</summary>
    TimedOut = 7,

    /// <summary>The session has as many streams as the provider allows.</summary>
    TooManyStreams = 8,

    /// <summary>The provider serves no new streams: it drains, closes the channel, or the capacity is used up.</summary>
    NotServing = 9,

    /// <summary>Anything else went wrong at the exit.</summary>
    Failed = 10,
}
