using Tachyon.Protocol.Channels;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>A lock's closure at less than this side's units lead to, which the proxy signs first (protocol, Routes, 8).</content>
internal sealed partial class ConsumerUnitEngine
{
    /// <summary>The step at which a lock would close by what was used, where this side's units lead to a higher one; null where they do not.</summary>
    public ulong? LesserStep()
    {
        lock (Lock)
        {
            return _ledger.LesserStep(PaidBytes);
        }
    }

    /// <summary>What a lock would pay for that nobody used, were it closed at the step to which this side's units lead.</summary>
    public ulong UnusedAtStepBytes()
    {
        lock (Lock)
        {
            return _ledger.UnusedAtStepBytes;
        }
    }

    /// <summary>
    /// Takes a closure that the proxy has signed first: signs the same where it is a route step within what this side signed or owes, and ends
    /// in order once both are durable.
    /// </summary>
    public void TakeOffer(SignedClosure offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (IsUp && OwnClosure is null && IsFit(offer, ref effects))
            {
                SignClosure(offer.Closure.BytesUsed, offer.Closure.ValidUntilSeconds, ref effects);
                if (OwnClosure?.Closure == offer.Closure)
                {
                    AppendPeerClosure(offer, ref effects);
                }
            }
        }

        effects.Apply(Host, this);
    }

    private bool IsFit(SignedClosure offer, ref EngineEffects effects)
    {
        var closure = offer.Closure;
        if (closure.ChannelId != Channel.ChannelId || !_ledger.IsStep(closure.BytesUsed) || !IsFresh(offer))
        {
            RefuseClosure($"the proxy signed {closure.BytesUsed} bytes of {closure.ChannelId} until {closure.ValidUntilSeconds}", ref effects);
            return false;
        }

        return IsOfPeer(offer, ref effects);
    }
}
