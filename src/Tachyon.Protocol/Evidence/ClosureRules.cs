using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Evidence;

/// <summary>What both sides check before they sign a closure (protocol, Settlement).</summary>
internal static class ClosureRules
{
    internal static ClosureFault Check(EvidenceChain chain, ulong bytesUsed, ulong validUntilSeconds, ulong nowMs, ulong paidBytes)
    {
        ulong nowSeconds = nowMs / 1_000;
        if (!ByteCounts.IsWholeKB(bytesUsed))
        {
            return ClosureFault.NotWholeKB;
        }

        if (bytesUsed > chain.CapacityBytes)
        {
            return ClosureFault.AboveCapacity;
        }

        if (validUntilSeconds < nowSeconds)
        {
            return ClosureFault.Expired;
        }

        if (validUntilSeconds - nowSeconds > ProtocolConstants.MaxValiditySeconds)
        {
            return ClosureFault.ValidTooLong;
        }

        if (bytesUsed < paidBytes)
        {
            return ClosureFault.BelowPaid;
        }

        // The same count again with a later last second is no second opinion: the first may have expired unsent. One below
        // what is paid by now never settles any more, so that it binds nobody.
        return chain.Closure is { } signed && signed.Closure.BytesUsed != bytesUsed && signed.Closure.BytesUsed >= paidBytes
            ? ClosureFault.OtherClosureSigned
            : ClosureFault.None;
    }
}
