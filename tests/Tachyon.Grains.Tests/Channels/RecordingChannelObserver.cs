using System.Collections.Concurrent;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingChannelObserver : IChannelObserver
{
    public ConcurrentQueue<ChannelView> Views { get; } = new();

    public ConcurrentQueue<IntentView> Operations { get; } = new();

    public ConcurrentQueue<ClosureOffer> Offers { get; } = new();

    public Task ChannelChanged(ChannelView view)
    {
        Views.Enqueue(view);
        return Task.CompletedTask;
    }

    public Task OperationChanged(IntentView intent)
    {
        Operations.Enqueue(intent);
        return Task.CompletedTask;
    }

    public Task ClosureOffered(ClosureOffer offer)
    {
        Offers.Enqueue(offer);
        return Task.CompletedTask;
    }
}
