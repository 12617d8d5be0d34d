using Tachyon.Protocol.Settlement;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>How far a close has come. Its name in lower case is the control socket's word.</summary>
internal enum CloseStep
{
    /// <summary>Both sides stop and sign the final count.</summary>
    Signing = 1,

    /// <summary>Both signatures are durable and on their way to the chain.</summary>
    Relaying = 2,

    /// <summary>Waiting for this node's own endpoint to show the end.</summary>
    Waiting = 3,

    Settled = 4,

    /// <summary>It cannot go on; asking again tries again.</summary>
    Failed = 5,

    /// <summary>This node closes alone: its close is on its way to the chain.</summary>
    Starting = 6,

    /// <summary>One side has closed; until the deadline anyone may show newer units.</summary>
    Challenge = 7,

    /// <summary>The deadline has passed; the payout is on its way.</summary>
    Settling = 8,
}

/// <summary>A snapshot of a close.</summary>
/// <param name="Step">In a word.</param>
/// <param name="Detail">What holds it up, for people; null where nothing does.</param>
internal sealed record CloseProgress(CloseStep Step, string? Detail)
{
    /// <summary>Whether one side closes, with a challenge period, instead of both.</summary>
    public bool Alone { get; init; }

    /// <summary>From when on it can be settled, Unix seconds; 0 while that is not known.</summary>
    public ulong SettleFromSeconds { get; init; }

    /// <summary>How it settles unless somebody shows newer units; null while that is not known.</summary>
    public SettlementOutcome? Expected { get; init; }
}
