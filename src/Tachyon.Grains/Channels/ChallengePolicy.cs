namespace Tachyon.Grains.Channels;

/// <summary>Decides which challenges a closing channel needs. Pure.</summary>
internal static class ChallengePolicy
{
    /// <summary>The challenges to ask for now, at most one for each side.</summary>
    internal static IEnumerable<SettlementIntent> Due(ChannelId id, ChannelRecord record, Terms terms, ulong nowSeconds, PlanLimits limits)
    {
        ChannelEvidence evidence = record.Evidence;
        ulong consumerBytes = ChannelFigures.Stated(evidence.ConsumerUnit, record);
        if (consumerBytes > record.ChainConsumerBytes
            && IfTimely(SettlementIntent.Challenge(id, terms, evidence.ConsumerUnit, providerUnit: null)) is { } ofConsumer)
        {
            yield return ofConsumer;
        }

        // A provider's count at or below the consumer's says nothing that the contract does not assume already.
        ulong providerBytes = limits.IsOwnPool ? 0 : ChannelFigures.Stated(evidence.ProviderUnit, record);
        if (providerBytes > Math.Max(record.ChainProviderBytes, ChannelFigures.ConsumerBytes(record))
            && IfTimely(SettlementIntent.Challenge(id, terms, consumerUnit: null, evidence.ProviderUnit)) is { } ofProvider)
        {
            yield return ofProvider;
        }

        SettlementIntent? IfTimely(SettlementIntent challenge) => Timely(record, challenge, nowSeconds, limits);
    }

    /// <summary>The record after a challenge was asked for.</summary>
    internal static ChannelRecord Mark(ChannelRecord record, SettlementIntent challenge, ulong nowSeconds, TimeSpan margin)
    {
        ChallengeMark? last = MarkOf(record, challenge);
        bool takesItsPlace = last is not null && Operations.Find(record, last.OperationId) is { State: IntentState.Queued };
        var mark = new ChallengeMark
        {
            OperationId = challenge.OperationId,
            BytesUsed = BytesOf(challenge),
            AtSeconds = nowSeconds,
            CountInSpan = Math.Max(1, CountInSpan(last, Schedule(record, margin), nowSeconds) + (takesItsPlace ? 0 : 1)),
        };
        return challenge.ConsumerUnit is null ? record with { ProviderChallenge = mark } : record with { ConsumerChallenge = mark };
    }

    /// <summary>True while a challenge is on its way that is in no block yet.</summary>
    internal static bool IsUnderway(ChannelRecord record) => record.Operations.Any(known => known.Kind == IntentKind.Challenge && IsUnmined(known));

    internal static ChallengeSchedule Schedule(ChannelRecord record, TimeSpan margin) => new(record.SettleFromSeconds, (ulong)margin.TotalSeconds);

    /// <summary>
    /// The challenge if it may be asked for now. One that follows another waits: far from the deadline until that is final,
    /// near it for that to be in a block, which the outbox sees to, and always for room in the present span.
    /// </summary>
    private static SettlementIntent? Timely(ChannelRecord record, SettlementIntent challenge, ulong nowSeconds, PlanLimits limits)
    {
        ChallengeSchedule schedule = Schedule(record, limits.ChallengeMargin);
        ulong span = schedule.SpanAt(nowSeconds);
        if (MarkOf(record, challenge) is not { } last)
        {
            return Operations.Unknown(record, challenge, attempt: span);
        }

        // What was shown and is still not on chain was refused, perhaps by an endpoint that was behind or lied, or went with a
        // re-organisation. Trying it again costs nothing if the contract refuses it again.
        bool isNewer = BytesOf(challenge) > last.BytesUsed;
        IntentState? state = Operations.Find(record, last.OperationId)?.State;
        bool mayFollow = state switch
        {
            // Not sent yet, for want of a connection or because of its price: the outbox sends the newer in its place.
            IntentState.Queued => isNewer,

            // Near the deadline the outbox is told of the newer one though the last is in no block: it sends one after the other,
            // but one that is stuck because it is worth little pays what it takes for one worth more behind it.
            IntentState.Signed or IntentState.Sent or IntentState.Mined => isNewer && span > 0 && HasRoom(),
            _ => (isNewer || schedule.SpanAt(last.AtSeconds) < span) && HasRoom(),
        };
        return mayFollow ? Operations.Unknown(record, challenge, attempt: span) : null;

        // A small step waits until it can be the last one: else each would cost a transaction, and none be worth it.
        bool HasRoom() => CountInSpan(last, schedule, nowSeconds)
            < (Adds(record, challenge, last, state) >= limits.LeastDeposit ? ChallengeSchedule.MaxPerSpan
                : schedule.IsNearEnd(nowSeconds) ? 1
                : 0);
    }

    /// <summary>What the challenge would add to the figure on chain, or to that of the last one where it will be there, as a price.</summary>
    private static TokenAmount Adds(ChannelRecord record, SettlementIntent challenge, ChallengeMark last, IntentState? stateOfLast)
    {
        ulong shown = challenge.ConsumerUnit is null ? record.ChainProviderBytes : record.ChainConsumerBytes;
        ulong from = stateOfLast == IntentState.Refused ? shown : Math.Max(shown, last.BytesUsed);
        ulong to = Math.Min(BytesOf(challenge), record.CapacityBytes);
        return to > from ? challenge.Terms.Price(to) - challenge.Terms.Price(from) : TokenAmount.Zero;
    }

    private static int CountInSpan(ChallengeMark? last, ChallengeSchedule schedule, ulong nowSeconds) =>
        last is not null && schedule.SpanAt(last.AtSeconds) == schedule.SpanAt(nowSeconds) ? last.CountInSpan : 0;

    private static ChallengeMark? MarkOf(ChannelRecord record, SettlementIntent challenge) =>
        challenge.ConsumerUnit is null ? record.ProviderChallenge : record.ConsumerChallenge;

    private static ulong BytesOf(SettlementIntent challenge) => (challenge.ConsumerUnit ?? challenge.ProviderUnit)!.Unit.BytesUsed;

    private static bool IsUnmined(IntentView operation) => operation.State is IntentState.Queued or IntentState.Signed or IntentState.Sent;
}
