using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>
/// One provider: what it offers, whether it is there, and its slots. The gateway calls it only for an edge that
/// proved the provider's key.
/// </summary>
[Alias("tachyon.IProviderGrain")]
public interface IProviderGrain : IGrainWithStringKey
{
    /// <summary>Makes an offer durable, takes it as a sign of life and lists the provider in the directory.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="observer">Whom to push to; null for nobody.</param>
    /// <param name="source">See <see cref="DirectoryEntry.Source"/>.</param>
    [Alias("Announce")]
    Task<AnnounceResult> Announce(ProviderOffer offer, IProviderObserver? observer, ulong source = 0);

    /// <summary>
    /// Keeps the provider listed until <see cref="AnnounceResult.LiveUntilMs"/>; memory only. After a fail-over the
    /// stored offer counts, so a heartbeat is enough.
    /// </summary>
    [Alias("Heartbeat")]
    Task<AnnounceResult> Heartbeat(IProviderObserver? observer, ulong source = 0);

    /// <summary>Takes the provider off the directory at once.</summary>
    [Alias("Leave")]
    Task Leave();

    /// <summary>
    /// Starts or ends draining: while it drains, no new channel is taken and the provider is not matched. Durable;
    /// lasts across announcements and restarts until it is ended here.
    /// </summary>
    [Alias("Drain")]
    Task Drain(bool draining);

    /// <summary>
    /// Relays the provider's signed confirm of a channel, if a slot is free: the slot is taken durably first, also
    /// against concurrent confirms (protocol, guarantee 4).
    /// </summary>
    [Alias("Confirm")]
    Task<RelayResult> Confirm(SignedPermission confirm);

    /// <summary>Relays the provider's signed decline of a channel; the reason goes with it to whoever follows the operation.</summary>
    [Alias("Decline")]
    Task<RelayResult> Decline(SignedPermission decline, RelayRefusal reason);

    /// <summary>
    /// A consumer asks for an acceptance of terms, to open straight to active (protocol, "Terms, channel id, life"). When
    /// the provider's limits allow it, a slot is promised durably until the acceptance is seen used or the finalised
    /// block's time is past its expiry; then the provider's edge is asked to sign, and what it says goes to
    /// <paramref name="consumer"/>.
    /// </summary>
    [Alias("AskAcceptance")]
    Task<AcceptanceResult> AskAcceptance(Terms terms, IAcceptanceObserver consumer);

    /// <summary>
    /// What the provider's edge says to an acceptance that it was asked for. A refusal frees the slot. The answer is
    /// <see cref="RelayRefusal.None"/> when it goes on to the consumer.
    /// </summary>
    [Alias("AnswerAcceptance")]
    Task<RelayRefusal> AnswerAcceptance(AcceptanceAnswer answer);

    /// <summary>
    /// Passes on the operator's wish that the provider close one of its channels with the consumer. False when the provider is not
    /// there to hear it; what comes of it shows in the channel.
    /// </summary>
    [Alias("AskClose")]
    Task<bool> AskClose(ChannelId channel);

    /// <summary>The provider as this silo sees it.</summary>
    [Alias("View")]
    Task<ProviderView> View();

    /// <summary>Called by a channel of this provider whenever its phase or its operations changed; may repeat, and may come late.</summary>
    /// <remarks>Interleaves: the caller may be the channel that a call under way waits for.</remarks>
    [AlwaysInterleave]
    [Alias("ChannelChanged")]
    Task ChannelChanged(ChannelView view);
}
