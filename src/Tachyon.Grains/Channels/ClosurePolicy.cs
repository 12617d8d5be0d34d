namespace Tachyon.Grains.Channels;

/// <summary>Decides which closures a channel keeps. Pure.</summary>
/// <remarks>
/// Whoever signs a closure serves and signs no more on that channel (protocol, Settlement), so a closure binds its signer
/// for as long as the contract would take it. One that takes back what an earlier one promised is refused here: a consumer
/// that offers to pay less than it offered before, a provider that asks for more. Otherwise either side could have the other
/// countersign what is replaced before it is carried out, again and again.
/// </remarks>
internal static class ClosurePolicy
{
    /// <summary>True when both sides signed the same closure and the contract can still take it.</summary>
    internal static bool IsComplete(ChannelRecord record, ulong nowSeconds) =>
        record.Evidence is { ConsumerClosure: { } consumer, ProviderClosure: { } provider }
        && consumer.Closure == provider.Closure
        && CanSettle(record, consumer, nowSeconds);

    /// <summary>What to do with a closure that is sound in itself.</summary>
    /// <param name="record">The newest record.</param>
    /// <param name="offered">The closure.</param>
    /// <param name="ofConsumer">Whether the consumer signed it; else the provider did.</param>
    /// <param name="nowSeconds">This silo's time, Unix seconds.</param>
    internal static ClosureDecision Decide(ChannelRecord record, SignedClosure offered, bool ofConsumer, ulong nowSeconds)
    {
        ChannelEvidence evidence = record.Evidence;
        (SignedClosure? own, SignedClosure? other) = ofConsumer
            ? (evidence.ConsumerClosure, evidence.ProviderClosure)
            : (evidence.ProviderClosure, evidence.ConsumerClosure);
        if (own is null || !CanSettle(record, own, nowSeconds) || WasRefused(record))
        {
            return ClosureDecision.Keep;
        }

        Closure known = own.Closure;
        Closure stated = offered.Closure;
        if (known == stated)
        {
            return ClosureDecision.Known;
        }

        if (IsComplete(record, nowSeconds))
        {
            // Both signed it and it is on its way; the same count with another last second adds nothing to that.
            return stated.BytesUsed == known.BytesUsed ? ClosureDecision.Known : ClosureDecision.Refuse;
        }

        if (stated == other?.Closure)
        {
            return ClosureDecision.Keep; // Signed before or after, the contract takes it, so it is as good as the known one.
        }

        if (stated.BytesUsed == known.BytesUsed)
        {
            return stated.ValidUntilSeconds > known.ValidUntilSeconds ? ClosureDecision.Keep : ClosureDecision.Known;
        }

        bool promisesMore = ofConsumer ? stated.BytesUsed > known.BytesUsed : stated.BytesUsed < known.BytesUsed;
        return promisesMore ? ClosureDecision.Keep : ClosureDecision.Refuse;
    }

    private static bool CanSettle(ChannelRecord record, SignedClosure closure, ulong nowSeconds) =>
        closure.Closure.ValidUntilSeconds >= nowSeconds && closure.Closure.BytesUsed >= record.PaidBytes;

    /// <summary>The contract refused what both had signed, so that it binds neither.</summary>
    private static bool WasRefused(ChannelRecord record) =>
        record is { Terms: { } terms, Evidence: { ConsumerClosure: { } consumer, ProviderClosure: { } provider } }
        && consumer.Closure == provider.Closure
        && Operations.Find(record, SettlementIntent.CooperativeClose(terms, consumer, provider).OperationId) is { State: IntentState.Refused };
}

/// <summary>What becomes of a closure.</summary>
internal enum ClosureDecision
{
    /// <summary>It takes the place of what its signer gave before.</summary>
    Keep,

    /// <summary>It is known, or one at least as good is; nothing changes.</summary>
    Known,

    /// <summary>It takes back what its signer promised before.</summary>
    Refuse,
}
