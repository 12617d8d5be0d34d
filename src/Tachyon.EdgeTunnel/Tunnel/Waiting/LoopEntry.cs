using System.Runtime.CompilerServices;

namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>What <see cref="EventLoop.Enter"/> awaits.</summary>
internal readonly struct LoopEntry(EventLoop? loop) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public LoopEntry GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        if (loop is null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static run => run(), continuation, preferLocal: false);
        }
        else
        {
            loop.Post(static run => ((Action)run!)(), continuation);
        }
    }
}
