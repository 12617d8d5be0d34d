namespace Tachyon.Grains.Channels;

/// <summary>
/// What a channel needs done on chain, derived from its record and the time alone. Deriving it again after a crash
/// gives the same operations with the same ids, so nothing is lost between writing the record and telling the outbox.
/// </summary>
internal static class ChannelPlan
{
    /// <summary>
    /// A deadline on chain is acted upon this long after it, so that the clocks of this silo and of the block producers
    /// need not agree to the second.
    /// </summary>
    internal const ulong DeadlineMarginSeconds = 2;

    /// <summary>The operations that should be on their way or done, apart from those known to have been refused.</summary>
    /// <param name="id">The channel.</param>
    /// <param name="record">Its durable record.</param>
    /// <param name="nowSeconds">This silo's time, Unix seconds.</param>
    /// <param name="claimAbove">See <see cref="Settlement.ClaimWorth"/>.</param>
    internal static IEnumerable<SettlementIntent> Operations(ChannelId id, ChannelRecord record, ulong nowSeconds, TokenAmount? claimAbove)
    {
        if (record.Terms is not { } terms)
        {
            return [];
        }

        IEnumerable<SettlementIntent> wanted = record.Phase switch
        {
            ChannelPhase.Opened when nowSeconds >= record.ConfirmBeforeSeconds + DeadlineMarginSeconds =>
                [SettlementIntent.WithdrawUnconfirmed(id, terms)],
            ChannelPhase.Active => [.. CooperativeClose(record, terms, nowSeconds), .. Claim(record, claimAbove)],
            ChannelPhase.Closing => [.. CooperativeClose(record, terms, nowSeconds), .. Closing(id, record, terms, nowSeconds)],
            _ => [],
        };
        return wanted.Where(intent => Unknown(record, intent) is not null);
    }

    /// <summary>When the channel next needs to be looked at without anyone calling, Unix seconds; null for never.</summary>
    internal static ulong? Deadline(ChannelRecord record) => record.Phase switch
    {
        ChannelPhase.Opened => record.ConfirmBeforeSeconds + DeadlineMarginSeconds,
        ChannelPhase.Closing => record.SettleFromSeconds + DeadlineMarginSeconds,
        _ => null,
    };

    private static IEnumerable<SettlementIntent> CooperativeClose(ChannelRecord record, Terms terms, ulong nowSeconds)
    {
        if (record.Evidence is { ConsumerClosure: { } consumer, ProviderClosure: { } provider }
            && consumer.Closure == provider.Closure
            && consumer.Closure.ValidUntilSeconds >= nowSeconds)
        {
            yield return SettlementIntent.CooperativeClose(terms, consumer, provider);
        }
    }

    private static IEnumerable<SettlementIntent> Claim(ChannelRecord record, TokenAmount? claimAbove)
    {
        if (ClaimPolicy.Due(record, claimAbove) is { } claim)
        {
            yield return claim;
        }
    }

    private static IEnumerable<SettlementIntent> Closing(ChannelId id, ChannelRecord record, Terms terms, ulong nowSeconds)
    {
        if (Challenge(id, record, terms) is { } challenge)
        {
            yield return challenge;
        }

        if (nowSeconds >= record.SettleFromSeconds + DeadlineMarginSeconds)
        {
            yield return SettlementIntent.Settle(id, terms);
        }
    }

    /// <summary>
    /// One at a time, each with the evidence that is newest then. Otherwise a consumer that hands in its units in small
    /// steps would have one challenge queued for each, all ahead of the one that counts, until the deadline is past.
    /// </summary>
    private static SettlementIntent? Challenge(ChannelId id, ChannelRecord record, Terms terms)
    {
        ChannelEvidence evidence = record.Evidence;
        if (record.Operations.Any(known => known.Kind == IntentKind.Challenge && !Channels.Operations.HasEnded(known)))
        {
            return null;
        }

        if (ChannelFigures.Stated(evidence.ConsumerUnit, record) > record.ChainConsumerBytes
            && Unknown(record, SettlementIntent.Challenge(id, terms, evidence.ConsumerUnit, providerUnit: null)) is { } ofConsumer)
        {
            return ofConsumer;
        }

        // A provider's count at or below the consumer's says nothing that the contract does not assume already.
        return ChannelFigures.Stated(evidence.ProviderUnit, record) > Math.Max(record.ChainProviderBytes, ChannelFigures.ConsumerBytes(record))
            ? Unknown(record, SettlementIntent.Challenge(id, terms, consumerUnit: null, evidence.ProviderUnit))
            : null;
    }

    private static SettlementIntent? Unknown(ChannelRecord record, SettlementIntent intent) =>
        record.Operations.Any(known => known.OperationId == intent.OperationId) ? null : intent;
}
