namespace Tachyon.Protocol.Evidence;

/// <summary>Why a unit of the other side is refused. A refused unit changes nothing.</summary>
public enum UnitFault
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>It belongs to another channel.</summary>
    WrongChannel = 1,

    /// <summary>It names other parties than the channel's.</summary>
    WrongParties = 2,

    /// <summary>Its index is zero; indexes count from 1.</summary>
    IndexZero = 3,

    /// <summary>Its count is not in whole KB.</summary>
    NotWholeKB = 4,

    /// <summary>Its count is above the capacity.</summary>
    AboveCapacity = 5,

    /// <summary>Its timestamp is more than 60 s ahead of this node's clock.</summary>
    TimestampAhead = 6,

    /// <summary>Its signature is not that of the channel's other party, or not of the accepted form.</summary>
    BadSignature = 7,

    /// <summary>It crosses more checkpoints than units can have crossed since the newest that is known, one each.</summary>
    CrossesTwoCheckpoints = 8,

    /// <summary>It crosses checkpoint k and names a counter unit below (k − 2) × 5 MB.</summary>
    CounterUnitTooLow = 9,

    /// <summary>It names a counter unit that this node never signed, or one older than it named before.</summary>
    CounterUnitUnknown = 10,

    /// <summary>This side serves and signs no more on the channel.</summary>
    ChannelEnded = 11,
}
