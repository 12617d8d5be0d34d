using System.Collections.Concurrent;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>Keeps what a lock's grain says to whoever follows it.</summary>
internal sealed class RouteListener : IRouteObserver
{
    public ConcurrentQueue<SignedUnit> Answers { get; } = new();

    public ConcurrentQueue<RouteRefusal> Endings { get; } = new();

    public Task LockAnswered(SignedUnit unit)
    {
        Answers.Enqueue(unit);
        return Task.CompletedTask;
    }

    public Task RouteEnded(ChannelId lockId, RouteRefusal reason)
    {
        Endings.Enqueue(reason);
        return Task.CompletedTask;
    }
}
