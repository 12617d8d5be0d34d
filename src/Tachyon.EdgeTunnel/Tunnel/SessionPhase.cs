namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Where a session stands. It only moves forward.</summary>
internal enum SessionPhase
{
    /// <summary>Streams are opened and carry data.</summary>
    Open = 1,

    /// <summary>This side sends no more data; what is left is being settled.</summary>
    Ending = 2,

    /// <summary>The connection is closed.</summary>
    Ended = 3,
}
