namespace Tachyon.Grains;

/// <summary>Why a batch of units changed nothing.</summary>
[GenerateSerializer, Alias("tachyon.UnitRefusal")]
public enum UnitRefusal
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>The batch was empty or held more than <see cref="UnitBatch.MaxUnits"/> units.</summary>
    BatchSize = 1,

    /// <summary>The chain has shown no such channel here at the configured finality; ask again later.</summary>
    UnknownChannel = 2,

    /// <summary>The channel is not active or closing, so no unit counts.</summary>
    WrongPhase = 3,

    /// <summary>The unit names another channel.</summary>
    OtherChannel = 4,

    /// <summary>The unit names other parties than the terms.</summary>
    OtherParties = 5,

    /// <summary>The signature is malformed, or not that of the party it is handed in for.</summary>
    WrongSigner = 6,

    /// <summary>
    /// A higher index than the known unit's with fewer bytes, or the same index with other content and no more bytes: a
    /// provable contradiction that is worth nothing, apart from the proof. One that shows more bytes is taken, since it settles higher.
    /// </summary>
    Contradiction = 7,

    /// <summary>More bytes than the channel's capacity.</summary>
    AboveCapacity = 8,

    /// <summary>Not in whole KB.</summary>
    NotWholeKB = 9,

    /// <summary>More than 60 s ahead of this silo's clock.</summary>
    TimestampAhead = 10,

    /// <summary>Indices count from 1.</summary>
    IndexZero = 11,
}
