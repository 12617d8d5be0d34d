using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using GrainPhase = Tachyon.Grains.ChannelPhase;

namespace Tachyon.Silo.Gateway;

/// <summary>Turns what grains tell about an edge's channels into pushes. Runs inside grains' calls, so it only queues.</summary>
internal sealed class EdgePushes(EdgeSession session) : IChannelObserver, IProviderObserver
{
    /// <inheritdoc/>
    public Task ChannelChanged(ChannelView view)
    {
        if (CloseAlertOf(view) is { } alert)
        {
            session.Push(alert);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OperationChanged(IntentView intent)
    {
        session.Push(WireMapping.StatusOf(intent));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ClosureOffered(ClosureOffer offer)
    {
        if (offer.Signer != session.Node)
        {
            session.Push(new ClosureOffered(offer.Signer, offer.Closure));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ChannelOffered(ChannelView view, RelayRefusal advice)
    {
        session.Push(new ChannelOpened(view.ChannelId, view.Terms, view.ConfirmBeforeSeconds));
        await session.Watch.WatchAsync(view.ChannelId);
    }

    /// <inheritdoc/>
    public Task ProviderChannelChanged(ChannelView view) => session.Watch.WatchAsync(view.ChannelId);

    /// <summary>The alert that a channel's phase calls for; null while it goes on.</summary>
    public static CloseAlert? CloseAlertOf(ChannelView view) =>
        view.Phase is GrainPhase.Closing or GrainPhase.Settled or GrainPhase.Declined or GrainPhase.Expired
            ? new CloseAlert(
                view.ChannelId, WireMapping.PhaseOf(view.Phase), view.ConsumerBytes, view.ProviderBytes, view.SettleFromSeconds)
            : null;
}
