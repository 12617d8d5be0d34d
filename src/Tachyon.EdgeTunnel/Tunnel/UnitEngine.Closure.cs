using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>
/// The cooperative close: the consumer signs at the agreed count, the provider answers with the same closure.
/// </content>
internal abstract partial class UnitEngine
{
    // Well below the day that the contract allows, so that clocks that differ do not matter.
    private const ulong ClosureValiditySeconds = 12 * 3_600;

    // What is left of it must suffice for the peer's answer and the transaction.
    private const ulong MinClosureValiditySeconds = 3_600;

    // Less than what a consumer sees to, by what their clocks may differ.
    private const ulong MinSettlingSeconds = 1_800;

    /// <summary>What claims have paid for. A unit signed ahead and claimed at once is paid, used or not.</summary>
    protected ulong PaidBytes { get; private set; }

    /// <summary>A claim was seen final on chain: no closure is signed below it.</summary>
    public void SeePaid(ulong paidBytes)
    {
        lock (Lock)
        {
            PaidBytes = Math.Max(PaidBytes, paidBytes);
        }
    }

    /// <summary>Whether a closure is worth signing: one that runs out before it is on chain ends service and settles nothing.</summary>
    protected bool CanSettle(SignedClosure closure) => closure.Closure.ValidUntilSeconds >= (NowMs / 1_000) + MinSettlingSeconds;

    /// <summary>Whether a closure leaves the other side time to answer it.</summary>
    protected bool IsFresh(SignedClosure closure) => closure.Closure.ValidUntilSeconds >= (NowMs / 1_000) + MinClosureValiditySeconds;

    /// <summary>Signs a closure of this side's choosing and sends it once it is durable.</summary>
    protected void ProposeClosure(ulong bytesUsed, ref EngineEffects effects) =>
        SignClosure(Math.Max(bytesUsed, PaidBytes), (NowMs / 1_000) + ClosureValiditySeconds, ref effects);

    /// <summary>Signs a closure and sends it once it is durable.</summary>
    protected void SignClosure(ulong bytesUsed, ulong validUntilSeconds, ref EngineEffects effects)
    {
        var outcome = SignClosure(bytesUsed, validUntilSeconds);
        if (outcome.Fault == ClosureFault.None)
        {
            Append(outcome.Record!, outcome.Closure!, ref effects);
        }
        else
        {
            RefuseClosure($"{bytesUsed} bytes until {validUntilSeconds}: {outcome.Fault}", ref effects);
        }
    }

    /// <summary>The peer's closure, if the payload holds one with its signature; else the session ends.</summary>
    protected SignedClosure? ReadClosure(ReadOnlySpan<byte> payload, ref EngineEffects effects)
    {
        if (ClosurePayload.TryRead(payload, out var read) != FrameError.None)
        {
            return null;
        }

        var signed = new SignedClosure(new Closure(Channel.ChannelId, read.BytesUsed, read.ValidUntilSeconds), Signature.FromBytes(read.Signature));
        return IsOfPeer(signed, ref effects) ? signed : null;
    }

    /// <summary>Whether the peer signed it; where not, the session ends.</summary>
    protected bool IsOfPeer(SignedClosure closure, ref EngineEffects effects)
    {
        var fault = _verifier.Verify(closure.Closure, _domain, closure.Signature, PeerAddress);
        if (fault != SignatureFault.None)
        {
            RefuseClosure($"the signature is not that of {PeerAddress}: {fault}", ref effects);
        }

        return fault == SignatureFault.None;
    }

    /// <summary>Ends the session over a closure that cannot be signed or taken.</summary>
    protected void RefuseClosure(string reason, ref EngineEffects effects)
    {
        LogClosureRefused(Channel.ChannelId, reason);
        effects.End(GoodbyeReason.Dispute, inOrder: false, $"a closure is refused: {reason}");
    }
}
