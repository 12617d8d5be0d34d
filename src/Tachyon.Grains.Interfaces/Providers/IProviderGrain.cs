namespace Tachyon.Grains;

/// <summary>
/// One provider: what it offers, whether it is there, and its slots. The gateway calls it only for an edge that
/// proved the provider's key.
/// </summary>
[Alias("tachyon.IProviderGrain")]
public interface IProviderGrain : IGrainWithStringKey
{
    /// <summary>Makes an offer durable, takes it as a sign of life and lists the provider in the directory.</summary>
    [Alias("Announce")]
    Task<AnnounceResult> Announce(ProviderOffer offer, IProviderObserver? observer);

    /// <summary>
    /// Keeps the provider listed until <see cref="AnnounceResult.LiveUntilMs"/>; memory only. After a fail-over the
    /// stored offer counts, so a heartbeat is enough.
    /// </summary>
    [Alias("Heartbeat")]
    Task<AnnounceResult> Heartbeat(IProviderObserver? observer);

    /// <summary>Takes the provider off the directory at once.</summary>
    [Alias("Leave")]
    Task Leave();

    /// <summary>Starts or ends draining: while it drains, no new channel is accepted and the provider is not matched.</summary>
    [Alias("Drain")]
    Task Drain(bool draining);

    /// <summary>
    /// Relays the provider's signed confirm of a channel, if a slot is free: the slot is taken durably first, also
    /// against concurrent confirms (protocol, guarantee 4).
    /// </summary>
    [Alias("Confirm")]
    Task<RelayResult> Confirm(SignedPermission confirm);

    /// <summary>Relays the provider's signed decline of a channel.</summary>
    [Alias("Decline")]
    Task<RelayResult> Decline(SignedPermission decline);

    /// <summary>The provider as this silo sees it.</summary>
    [Alias("View")]
    Task<ProviderView> View();

    /// <summary>Called by a channel of this provider whenever its phase or its operations changed; may repeat.</summary>
    [Alias("ChannelChanged")]
    Task ChannelChanged(ChannelView view);
}
