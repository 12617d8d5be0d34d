using System.Collections.Concurrent;
using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using ChannelPhase = Tachyon.Grains.ChannelPhase;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// The channels that push to one edge: those it asked about or acted on. What happened while it was away is pushed when a
/// channel is first watched; the edge's heartbeats keep the watch alive.
/// </summary>
internal sealed class ChannelWatch(EdgeSession session, IChannelObserver observer, EdgeServices services) : IAsyncDisposable
{
    /// <summary>Well within the five minutes after which a grain forgets an observer.</summary>
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<ChannelId, Watched> _watched = new();

    /// <summary>
    /// Watches a channel of this edge from now on. Does nothing for one that is watched already. True when it was not, and
    /// the silo knows the channel.
    /// </summary>
    public ValueTask<bool> WatchAsync(ChannelId channelId)
    {
        // Asked with every unit, so the cheap question comes first: counting such a dictionary takes all of its locks.
        if (_watched.ContainsKey(channelId) || _watched.Count >= services.Options.MaxWatchedChannels)
        {
            return ValueTask.FromResult(false);
        }

        var channel = services.Grains.Channel(channelId);
        return _watched.TryAdd(channelId, new Watched(channel, services.Time.GetTimestamp()))
            ? SubscribeAsync(channelId, channel)
            : ValueTask.FromResult(false);
    }

    /// <summary>The channel's grain. Naming one takes longer than asking for a unit's place, so those of watched channels are kept.</summary>
    public IChannelGrain GrainOf(ChannelId channelId) =>
        _watched.TryGetValue(channelId, out var watched) ? watched.Channel : services.Grains.Channel(channelId);

    /// <summary>
    /// Alerts the edge to a channel that is being closed or has ended. One that has ended is watched no longer, so that an
    /// edge may have any number of channels in its time.
    /// </summary>
    public void Tell(ChannelView view)
    {
        var ended = view.Phase is ChannelPhase.Settled or ChannelPhase.Declined or ChannelPhase.Expired;
        if (ended || view.Phase == ChannelPhase.Closing)
        {
            session.Push(new CloseAlert(
                view.ChannelId, WireMapping.PhaseOf(view.Phase), view.ConsumerBytes, view.ProviderBytes, view.SettleFromSeconds));
        }

        if (ended)
        {
            // The grain forgets an observer that is not renewed.
            _watched.TryRemove(view.ChannelId, out _);
        }
    }

    /// <summary>Renews what is due. Called at each heartbeat.</summary>
    public async Task RenewAsync()
    {
        foreach (var (channelId, watched) in _watched)
        {
            var now = services.Time.GetTimestamp();
            if (services.Time.GetElapsedTime(watched.RenewedAt, now) >= RenewPeriod
                && _watched.TryUpdate(channelId, watched with { RenewedAt = now }, watched))
            {
                await watched.Channel.Subscribe(observer);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var (_, watched) in _watched)
            {
                await watched.Channel.Unsubscribe(observer);
            }
        }
#pragma warning disable CA1031 // Grains that are not reached now forget the observer by themselves.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            services.Logger.WatchFailed(session.Node, exception.Message);
        }
        finally
        {
            services.Grains.DeleteObjectReference<IChannelObserver>(observer);
        }
    }

    private async ValueTask<bool> SubscribeAsync(ChannelId channelId, IChannelGrain channel)
    {
        try
        {
            await channel.Subscribe(observer);
            if (await channel.View() is not { } view)
            {
                return false;
            }

            CatchUp(view, await channel.Evidence());
            return true;
        }
        catch
        {
            _watched.TryRemove(channelId, out _);
            throw;
        }
    }

    private void CatchUp(ChannelView view, ChannelEvidence evidence)
    {
        Tell(view);
        var isConsumer = view.Terms.Consumer == session.Node;
        var (own, peer) = isConsumer
            ? (evidence.ConsumerClosure, evidence.ProviderClosure)
            : (evidence.ProviderClosure, evidence.ConsumerClosure);
        if (peer is not null && peer.Closure != own?.Closure && view.Settlement is null)
        {
            session.Push(new ClosureOffered(isConsumer ? view.Terms.Provider : view.Terms.Consumer, peer));
        }
    }

    private sealed record Watched(IChannelGrain Channel, long RenewedAt);
}
