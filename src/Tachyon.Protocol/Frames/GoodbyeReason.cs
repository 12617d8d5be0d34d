namespace Tachyon.Protocol.Frames;

/// <summary>Why a session ends or is refused. The numbers are part of the wire format.</summary>
public enum GoodbyeReason : byte
{
    /// <summary>Never sent.</summary>
    None = 0,

    /// <summary>The node stops or no longer needs the session; the channel stays active.</summary>
    Orderly = 1,

    /// <summary>Nothing happened for longer than the node keeps a session.</summary>
    Idle = 2,

    /// <summary>A frame broke the format or came where it must not.</summary>
    ProtocolViolation = 3,

    /// <summary>The other side's version of the protocol is not spoken here.</summary>
    VersionUnsupported = 4,

    /// <summary>The provider has not seen this channel on chain, or not at the finality that it asks for.</summary>
    ChannelUnknown = 5,

    /// <summary>The channel is known but not active.</summary>
    ChannelNotActive = 6,

    /// <summary>The signature is not of the key that the channel names.</summary>
    WrongKey = 7,

    /// <summary>The node takes no sessions now. 8 is free: a newer session takes the place of the older one.</summary>
    NotServing = 9,

    /// <summary>A unit broke the rules of the evidence chain.</summary>
    UnitRefused = 10,

    /// <summary>The counts differ by more than the tolerance allows; only a closure or close remains.</summary>
    Dispute = 11,

    /// <summary>A pause for want of units, counter units or concessions lasted too long.</summary>
    PauseTimedOut = 12,

    /// <summary>The channel's capacity is used up.</summary>
    CapacityReached = 13,

    /// <summary>The channel is closed: both closures are signed, or one side saw it closing on chain.</summary>
    ChannelClosed = 14,

    /// <summary>The node itself failed, for example to make its journal durable.</summary>
    InternalError = 15,

    /// <summary>A reason that this version does not know.</summary>
    Other = 16,
}
