using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>The consumer's side of a closure: it proposes at what it owes, or on a lock at a route step, and signs once.</content>
internal sealed partial class ConsumerUnitEngine
{
    // A lock that is taken up to be closed is closing before it is up, so that nothing is signed ahead; it proposes only once it is told to end
    // while it is up, since the proxy may be asked first whether less will do.
    private bool _mayPropose;

    protected override ClosureOutcome SignClosure(ulong bytesUsed, ulong validUntilSeconds) =>
        _ledger.SignClosure(bytesUsed, validUntilSeconds, NowMs, PaidBytes);

    protected override void OnBothClosed(ref EngineEffects effects)
    {
        if (Quiesced)
        {
            effects.Settled = true;
        }
        else
        {
            effects.End(GoodbyeReason.ChannelClosed, inOrder: true, "both sides have signed the closure");
        }
    }

    private void TrySettle(ref EngineEffects effects)
    {
        // What the provider counts beyond this side was lost: it is conceded, or the session ends unsettled.
        if (!Quiesced || Phase != LedgerPhase.Serving || !_ledger.IsSettled || _statedBytes > _ledger.OwedBytes || (Closing && !_ledger.IsAtStep))
        {
            return;
        }

        if (Closing && IsLock)
        {
            if (_mayPropose)
            {
                // The step that was signed up to is the price of amounts on chain that tell nothing.
                ProposeClosure(_ledger.NewestOwn?.Unit.BytesUsed ?? 0, ref effects);
            }
        }
        else if (Closing)
        {
            // Not the newest unit: what was signed ahead to keep the path full, and then not used, is not paid for.
            ProposeClosure(_ledger.OwedBytes, ref effects);
        }
        else
        {
            effects.Settled = true;
        }
    }

    private void ResumeClosing(SignedClosure own, ref EngineEffects effects)
    {
        if (!IsFresh(own) || own.Closure.BytesUsed < PaidBytes)
        {
            // Also where both have signed it: one that ran out, or that a claim overtook, on its way to the chain settles nothing.
            ProposeClosure(own.Closure.BytesUsed, ref effects);
        }
        else if (PeerClosure?.Closure == own.Closure)
        {
            effects.End(GoodbyeReason.ChannelClosed, inOrder: false, "both sides have signed the closure");
        }
        else
        {
            Resend(own, ref effects);
        }
    }

    private bool TryHandleClosure(ReadOnlySpan<byte> payload, ref EngineEffects effects)
    {
        if (OwnClosure is not { } own)
        {
            return false;
        }

        if (ReadClosure(payload, ref effects) is { } closure)
        {
            if (closure.Closure == own.Closure)
            {
                AppendPeerClosure(closure, ref effects);
            }
            else
            {
                RefuseClosure($"the provider signed {closure.Closure.BytesUsed} bytes, this side {own.Closure.BytesUsed}", ref effects);
            }
        }

        return true;
    }
}
