using System.Threading.Tasks.Sources;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A reusable wait for one waiter at a time, without allocation. Every wait ends with exactly one release.</summary>
/// <remarks>
/// Its owner sees to it that waits do not overlap and that nobody releases twice. Who waits on an event loop goes on there,
/// everybody else on the pool: whoever releases holds a lock or has a frame of its own to send.
/// </remarks>
internal sealed class SingleWaiter : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private EventLoop? _loop;
    private Action<object?>? _continuation;
    private object? _state;

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

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        (_loop, _continuation, _state) = (EventLoop.Current, continuation, state);
        _core.OnCompleted(static waiter => ((SingleWaiter)waiter!).Resume(), this, token, ValueTaskSourceOnCompletedFlags.None);
    }

    private void Resume()
    {
        var (loop, continuation, state) = (_loop, _continuation!, _state);
        (_loop, _continuation, _state) = (null, null, null);
        if (loop is not null)
        {
            loop.Post(continuation, state);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
        }
    }
}
