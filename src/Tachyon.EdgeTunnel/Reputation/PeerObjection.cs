namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>Why this node has nothing to do with another, sorted by what its owner can do about it.</summary>
internal enum PeerObjectionKind
{
    Invalid = 0,

    /// <summary>It is on this node's own list.</summary>
    OwnList = 1,

    /// <summary>It states that it deals with this node no more.</summary>
    TheirStatement = 2,

    /// <summary>What others state about it is enough by this node's policy.</summary>
    Policy = 3,
}

/// <summary>Why this node has nothing to do with another.</summary>
/// <param name="Kind">For the program.</param>
/// <param name="Text">For people, as the end of a sentence about the node.</param>
/// <param name="NextStep">What the owner can do.</param>
internal sealed record PeerObjection(PeerObjectionKind Kind, string Text, string NextStep);
