using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>An object outside of grains that can be called. It is held weakly, as in the real package: its owner keeps it alive.</summary>
internal sealed partial class ObserverTarget(RuntimeNode node, GrainId grainId, IGrainObserver observer)
{
    public static readonly GrainType Type = GrainType.Create("sys.client");

    private readonly WeakReference<IGrainObserver> _observer = new(observer);
    private readonly ILogger _logger = node.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Orleans.InvokableObjectManager");
    private readonly Queue<Message> _queue = new();
    private bool _running;

    public RuntimeNode Node => node;

    public bool IsFor(IGrainObserver candidate) => _observer.TryGetTarget(out IGrainObserver? target) && ReferenceEquals(target, candidate);

    public void Receive(Message message)
    {
        lock (_queue)
        {
            _queue.Enqueue(message);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.Drain(), this, preferLocal: false);
    }

    private async Task Drain()
    {
        while (true)
        {
            Message? message;
            lock (_queue)
            {
                if (!_queue.TryDequeue(out message))
                {
                    _running = false;
                    return;
                }
            }

            await Invoke(message);
        }
    }

    private async Task Invoke(Message message)
    {
        try
        {
            if (!_observer.TryGetTarget(out IGrainObserver? target))
            {
                node.Cluster.Observers.TryRemove(grainId, out _);
                return;
            }

            if (message.IsExpired)
            {
                return;
            }

            RequestContext.Values = message.RequestContext;
            object? result = await message.Invocation!.Entry.Invoke(target, message.Invocation.Arguments);
            if (!message.IsOneWay)
            {
                Codec? codec = message.Invocation.Entry.ResultCodec;
                message.TryComplete(codec is null ? null : codec.RoundTrip(result, message.Sender), null);
            }
        }
        catch (Exception exception)
        {
            if (message.IsOneWay)
            {
                LogObserverFailed(exception, message);
            }

            message.Reject(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Exception during invocation of observer request {Message}")]
    private partial void LogObserverFailed(Exception exception, Message message);
}
