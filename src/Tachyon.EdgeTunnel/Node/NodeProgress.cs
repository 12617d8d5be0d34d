namespace Tachyon.EdgeTunnel.Node;

/// <summary>What a node is doing. Its name in lower case is the state of the control socket's status.</summary>
internal enum NodeState
{
    Starting = 1,
    Matching = 2,
    Opening = 3,
    Connecting = 4,

    /// <summary>A consumer without an active channel, until a client wants one.</summary>
    Idle = 5,
    Serving = 6,
    Draining = 7,
    Stopped = 8,
}

/// <summary>A snapshot of what a node is doing, and what holds it up.</summary>
/// <param name="State">In a word.</param>
/// <param name="Detail">More of it, or null.</param>
/// <param name="HeldUpBy">What would be the fault if the node gave up now; <see cref="NodeFault.Invalid"/> when nothing holds it up.</param>
internal sealed record NodeStep(NodeState State, string? Detail, NodeFault HeldUpBy);

/// <summary>What a node is doing, for its status and for whoever waits for it. Thread-safe.</summary>
internal sealed class NodeProgress
{
    private TaskCompletionSource _changed = NewSignal();
    private volatile NodeStep _current = new(NodeState.Starting, null, NodeFault.Invalid);

    public NodeStep Current => _current;

    public void Set(NodeState state, string? detail = null, NodeFault heldUpBy = NodeFault.Invalid)
    {
        _current = new NodeStep(state, detail, heldUpBy);
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    /// <summary>Waits until the node serves, or ends without having been seen to.</summary>
    /// <returns>Whether it serves; false when it is draining or stopped, and will serve no more.</returns>
    public async Task<bool> ServesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (_current.State >= NodeState.Serving)
            {
                return _current.State == NodeState.Serving;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
