using System.Threading.Tasks.Sources;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A reusable wait for one waiter at a time, without allocation. Every wait ends with exactly one release.</summary>
/// <remarks>Its owner sees to it that waits do not overlap and that nobody releases twice.</remarks>
internal sealed class SingleWaiter : IValueTaskSource
{
    // Asynchronous, because whoever releases holds a lock or has a frame of its own to send.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>Starts a wait. Call before anybody may release it.</summary>
    public ValueTask Begin()
    {
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Ends the wait that was begun.</summary>
    public void Release() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
