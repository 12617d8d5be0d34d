using System.IO.Pipelines;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>Has whoever reads a pipe go on on an event loop, once there is one.</summary>
internal sealed class LoopScheduler : PipeScheduler
{
    /// <summary>The loop; null for the pool.</summary>
    public EventLoop? Loop { get; set; }

    public override void Schedule(Action<object?> action, object? state)
    {
        if (Loop is { } loop)
        {
            loop.Post(action, state);
        }
        else
        {
            ThreadPool.Schedule(action, state);
        }
    }
}
