namespace Tachyon.EdgeTunnel.Node;

/// <summary>How the node stands with its own RPC endpoint.</summary>
internal enum ChainState
{
    /// <summary>Not answered yet.</summary>
    Connecting = 1,

    /// <summary>Answering.</summary>
    Following = 2,

    /// <summary>Answered before, not now.</summary>
    Unreachable = 3,

    /// <summary>Serves another chain, or no Tachyon contract: the configuration is wrong.</summary>
    Wrong = 4,
}

/// <summary>The state of the chain's endpoint, for status views and decisions.</summary>
/// <param name="State">In a word.</param>
/// <param name="Detail">The last failure; null while following.</param>
/// <param name="Since">When <paramref name="State"/> began.</param>
/// <param name="LastAnswer">When the endpoint last answered everything it was asked; null before the first time.</param>
/// <param name="FinalBlock">The newest final block whose events are read; 0 before.</param>
/// <param name="FinalTimeSeconds">That block's time, Unix seconds; 0 before.</param>
internal sealed record ChainStatus(
    ChainState State, string? Detail, DateTimeOffset Since, DateTimeOffset? LastAnswer, ulong FinalBlock, ulong FinalTimeSeconds);
