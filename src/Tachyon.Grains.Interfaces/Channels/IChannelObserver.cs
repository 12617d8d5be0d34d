using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>Receives pushes about one channel; implemented by gateways on behalf of a connected edge.</summary>
/// <remarks>Best effort: a push may be lost, and whoever acts on one asks for the view again.</remarks>
[Alias("tachyon.IChannelObserver")]
public interface IChannelObserver : IGrainObserver
{
    /// <summary>The channel's phase or figures on chain changed, and are durable.</summary>
    [OneWay]
    [Alias("ChannelChanged")]
    Task ChannelChanged(ChannelView view);

    /// <summary>An operation on chain of this channel went a step further.</summary>
    [OneWay]
    [Alias("OperationChanged")]
    Task OperationChanged(IntentView intent);

    /// <summary>A party signed a closure that waits for the other's signature.</summary>
    [OneWay]
    [Alias("ClosureOffered")]
    Task ClosureOffered(ClosureOffer offer);
}
