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
}

/// <summary>A snapshot of a close.</summary>
internal sealed record CloseProgress(CloseStep Step, string? Detail);
