using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Gateway;

/// <summary>Turns what grains tell about an edge's channels into pushes. Runs inside grains' calls, so it only queues.</summary>
internal sealed class EdgePushes(EdgeSession session) : IChannelObserver, IProviderObserver
{
    /// <inheritdoc/>
    public Task ChannelChanged(ChannelView view)
    {
        session.Watch.Tell(view);
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
    public Task AcceptanceAsked(Terms terms, ulong expirySeconds)
    {
        session.Push(new AcceptanceAsked(terms, expirySeconds));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CloseAsked(ChannelId channel)
    {
        session.Push(new CloseAsked(channel));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ProviderChannelChanged(ChannelView view) => session.Watch.WatchAsync(view.ChannelId).AsTask();
}
