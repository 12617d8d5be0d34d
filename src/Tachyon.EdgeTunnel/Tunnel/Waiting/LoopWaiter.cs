using System.Threading.Tasks.Sources;

namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>A reusable wait for one waiter at a time, which goes on on a loop's thread. Every wait ends with exactly one release.</summary>
internal sealed class LoopWaiter(EventLoop loop) : IValueTaskSource
{
    // Inline, which is either on the loop's thread already or posts to it, see Resume.
    private ManualResetValueTaskSourceCore<bool> _core;
    private Action<object?>? _continuation;
    private object? _state;

    /// <summary>Starts a wait. Call before anybody may release it.</summary>
    public ValueTask Begin()
    {
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>A wait that is over as soon as the loop comes to it.</summary>
    public ValueTask BeginReleased()
    {
        var wait = Begin();
        _core.SetResult(true);
        return wait;
    }

    /// <summary>Ends the wait that was begun.</summary>
    public void Release(bool isEnded)
    {
        if (isEnded)
        {
            _core.SetException(new ObjectDisposedException(nameof(SocketWatch)));
        }
        else
        {
            _core.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    // Never seen as completed before it was resumed on the loop: a caller on another thread would stay there.
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        (_continuation, _state) = (continuation, state);
        if (_core.GetStatus(token) != ValueTaskSourceStatus.Pending)
        {
            Resume();
            return;
        }

        _core.OnCompleted(static waiter => ((LoopWaiter)waiter!).Resume(), this, token, ValueTaskSourceOnCompletedFlags.None);
    }

    private void Resume()
    {
        var (continuation, state) = (_continuation!, _state);
        (_continuation, _state) = (null, null);
        loop.Post(continuation, state);
    }
}
