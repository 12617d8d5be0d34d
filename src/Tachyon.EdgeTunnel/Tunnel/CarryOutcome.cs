namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What became of a stream's turn at the connection.</summary>
internal enum CarryOutcome
{
    /// <summary>A frame was sent; there may be more.</summary>
    Sent = 1,

    /// <summary>The local end has nothing to read now.</summary>
    NothingToRead = 2,

    /// <summary>The peer must grant more first.</summary>
    NoWindow = 3,

    /// <summary>The engine admits nothing now.</summary>
    NotAdmitted = 4,

    /// <summary>The local end has been read to its end.</summary>
    EndOfData = 5,

    /// <summary>The stream or the session sends no more.</summary>
    Ended = 6,
}
