using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>Receives pushes for one provider; implemented by gateways on behalf of a connected edge.</summary>
/// <remarks>Best effort: a push may be lost or repeated.</remarks>
[Alias("tachyon.IProviderObserver")]
public interface IProviderObserver : IGrainObserver
{
    /// <summary>
    /// A consumer opened a channel to this provider, and it is at the configured finality here.
    /// <paramref name="advice"/> is what the provider's own limits say: <see cref="RelayRefusal.None"/> to confirm,
    /// otherwise the reason to decline. The provider decides, on what its own RPC endpoint shows.
    /// </summary>
    [OneWay]
    [Alias("ChannelOffered")]
    Task ChannelOffered(ChannelView view, RelayRefusal advice);

    /// <summary>
    /// A consumer asks to open on these terms straight to active, and a slot is promised for it. The provider decides,
    /// signs until the given Unix second and answers with <see cref="IProviderGrain.AnswerAcceptance"/>.
    /// </summary>
    [OneWay]
    [Alias("AcceptanceAsked")]
    Task AcceptanceAsked(Terms terms, ulong expirySeconds);

    /// <summary>The operator asks the provider to close one of its channels with the consumer.</summary>
    [OneWay]
    [Alias("CloseAsked")]
    Task CloseAsked(ChannelId channel);

    /// <summary>A channel of this provider changed on chain.</summary>
    [OneWay]
    [Alias("ProviderChannelChanged")]
    Task ProviderChannelChanged(ChannelView view);
}
