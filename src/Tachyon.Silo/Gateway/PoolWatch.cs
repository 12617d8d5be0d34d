using System.Collections.Concurrent;
using Tachyon.Grains;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Gateway;

/// <summary>The pools that push to one exit: as a rule one. The edge's heartbeats keep the watch alive, also over a fail-over of silos.</summary>
internal sealed class PoolWatch(EdgeSession session, IPoolObserver observer, EdgeServices services) : IAsyncDisposable
{
    /// <summary>An exit has one pool of this operator at a time, and perhaps one that ends.</summary>
    private const int MaxPools = 4;

    private readonly ConcurrentDictionary<ChannelId, bool> _attached = new();

    private IPoolGrain Grain => services.Grains.Pool(session.Node);

    /// <summary>Has everything pushed that is known, and then whatever is new. False where the pool is not open here.</summary>
    public async Task<bool> AttachAsync(ChannelId poolId)
    {
        if (!await Grain.Attach(poolId, observer, everything: true))
        {
            return false;
        }

        if (_attached.Count < MaxPools)
        {
            _attached[poolId] = true;
        }

        return true;
    }

    /// <summary>Renews; where the grain began anew on another silo, everything is pushed again. Called at each heartbeat.</summary>
    public async Task RenewAsync()
    {
        foreach (var (poolId, _) in _attached)
        {
            if (!await Grain.Attach(poolId, observer, everything: false))
            {
                _attached.TryRemove(poolId, out _);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_attached.IsEmpty)
            {
                await Grain.Detach(observer);
            }
        }
#pragma warning disable CA1031 // A grain that is not reached now forgets the observer by itself.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            services.Logger.WatchFailed(session.Node, exception.Message);
        }
        finally
        {
            services.Grains.DeleteObjectReference<IPoolObserver>(observer);
        }
    }
}
