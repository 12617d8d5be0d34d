using System.Collections.Concurrent;

namespace Tachyon.Grains.Tests.Providers;

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingProviderObserver : IProviderObserver
{
    public ConcurrentQueue<(ChannelView View, RelayRefusal Advice)> Offered { get; } = new();

    public ConcurrentQueue<ChannelView> Changed { get; } = new();

    public Task ChannelOffered(ChannelView view, RelayRefusal advice)
    {
        Offered.Enqueue((view, advice));
        return Task.CompletedTask;
    }

    public ConcurrentQueue<(Terms Terms, ulong ExpirySeconds)> Asked { get; } = new();

    public Task AcceptanceAsked(Terms terms, ulong expirySeconds)
    {
        Asked.Enqueue((terms, expirySeconds));
        return Task.CompletedTask;
    }

    public ConcurrentQueue<ChannelId> CloseWanted { get; } = new();

    public Task CloseAsked(ChannelId channel)
    {
        CloseWanted.Enqueue(channel);
        return Task.CompletedTask;
    }

    public Task ProviderChannelChanged(ChannelView view)
    {
        Changed.Enqueue(view);
        return Task.CompletedTask;
    }
}
