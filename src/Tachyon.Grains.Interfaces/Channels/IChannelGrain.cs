using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>
/// Keeps one channel: its terms and phase as the chain shows them, the newest evidence of both sides, and the
/// operations on chain that it asked for. Watches over the channel when no edge is online.
/// </summary>
/// <remarks>Every reply that reports something as accepted is sent only after it is durable (protocol, guarantee 6).</remarks>
[Alias("tachyon.IChannelGrain")]
public interface IChannelGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes a batch of units of either signer or both. Units are cumulative, so only the newest of
    /// each signer is checked and kept.
    /// </summary>
    /// <remarks>Interleaves: calls that arrive during a write share the next one.</remarks>
    [AlwaysInterleave]
    [Alias("SubmitUnits")]
    Task<SubmitUnitsResult> SubmitUnits(UnitBatch batch);

    /// <summary>
    /// Takes a party's signature on the count at which it is willing to end the channel. With the second signature
    /// on the same content, the cooperative close is handed to the outbox.
    /// </summary>
    [Alias("SubmitClosure")]
    Task<SubmitClosureResult> SubmitClosure(SignedClosure closure);

    /// <summary>Relays a party's wish to close alone, together with the newest evidence known here.</summary>
    [Alias("RequestClose")]
    Task<RelayResult> RequestClose(SignedPermission close);

    /// <summary>The channel as last made durable; null when the chain has shown no such channel here.</summary>
    [AlwaysInterleave]
    [Alias("View")]
    Task<ChannelView?> View();

    /// <summary>The newest durable evidence with its signatures; empty when there is none.</summary>
    [AlwaysInterleave]
    [Alias("Evidence")]
    Task<ChannelEvidence> Evidence();

    /// <summary>Pushes later changes to the observer, until it is unsubscribed or not renewed for five minutes.</summary>
    [Alias("Subscribe")]
    Task Subscribe(IChannelObserver observer);

    /// <summary>Ends the pushes to the observer. Unknown observers are ignored.</summary>
    [Alias("Unsubscribe")]
    Task Unsubscribe(IChannelObserver observer);

    /// <summary>
    /// The operator asks for whatever the durable evidence allows on chain now (cooperative close, challenge, settle,
    /// withdrawal), and, if <paramref name="claim"/> says so, for a claim of what is unpaid, however little. Answers with
    /// the operations that are open then. Nothing here needs a party's signature that is not known already.
    /// </summary>
    [Alias("ActNow")]
    Task<IntentView[]> ActNow(bool claim);

    /// <summary>
    /// Called by the chain feed with what the contract's logs say about this channel, in order. Applying the same
    /// events again changes nothing. When it answers <see cref="ObserveResult.Applied"/>, the channel, its provider
    /// and its deadline know durably.
    /// </summary>
    [Alias("ObserveChain")]
    Task<ObserveResult> ObserveChain(ChannelEventBatch batch);

    /// <summary>Called by the deadline shard when a time that the channel asked for has come; may be called again.</summary>
    [OneWay]
    [Alias("DeadlineReached")]
    Task DeadlineReached();

    /// <summary>
    /// Called by the outbox whenever an operation of this channel went a step further. One way, because the channel may
    /// be waiting for the outbox at that moment.
    /// </summary>
    [OneWay]
    [Alias("IntentChanged")]
    Task IntentChanged(IntentView intent);
}
