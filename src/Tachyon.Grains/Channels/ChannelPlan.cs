using System.Numerics;

namespace Tachyon.Grains.Channels;

/// <summary>
/// What a channel needs done on chain, derived from its record and the time alone. Deriving it again after a crash
/// gives the same operations with the same ids, so nothing is lost between writing the record and telling the outbox.
/// </summary>
/// <remarks>
/// What ended without the effect that is wanted is asked for again, once an hour and under another id: an endpoint that was
/// behind or lied may have refused it. If the contract refuses it again when it is tried, that costs nothing.
/// </remarks>
internal static class ChannelPlan
{
    /// <summary>
    /// A deadline on chain is acted upon this long after it, so that the clocks of this silo and of the block producers
    /// need not agree to the second.
    /// </summary>
    internal const ulong DeadlineMarginSeconds = 2;

    /// <summary>How soon to look again at what could not be handed over, in seconds.</summary>
    internal const ulong RetrySeconds = 30;

    private const ulong AgainAfterSeconds = 3_600;

    /// <summary>
    /// What is said to be done and does not show is asked for again after so long, in seconds, and each time after twice as
    /// long: an endpoint may have lied, and a closure that both signed is valid for a day at most.
    /// </summary>
    private const ulong FirstUnseenSeconds = 300;

    /// <summary>The operations to ask for now.</summary>
    /// <param name="id">The channel.</param>
    /// <param name="record">Its durable record.</param>
    /// <param name="nowSeconds">This silo's time, Unix seconds.</param>
    /// <param name="limits">When claims and challenges are due.</param>
    internal static IEnumerable<SettlementIntent> Operations(ChannelId id, ChannelRecord record, ulong nowSeconds, PlanLimits limits)
    {
        if (record.Terms is not { } terms || limits.IsDust(record))
        {
            return [];
        }

        return ChannelLifecycle.OperationsIn(record.Phase).SelectMany(kind => kind switch
        {
            IntentKind.WithdrawUnconfirmed => One(Withdraw(id, record, terms, nowSeconds, limits)),
            IntentKind.CooperativeClose => One(CooperativeClose(record, terms, nowSeconds)),
            IntentKind.Claim => One(Claim(record, nowSeconds, limits)),
            IntentKind.Challenge => ChallengePolicy.Due(id, record, terms, nowSeconds, limits),
            IntentKind.Settle => One(Settle(id, record, terms, nowSeconds, limits)),
            _ => [], // Confirming, declining and closing alone are the parties' to ask.
        });
    }

    /// <summary>When the channel next needs to be looked at without anyone calling, Unix seconds; null for never.</summary>
    internal static ulong? Deadline(ChannelRecord record, ulong nowSeconds, PlanLimits limits)
    {
        ulong due = DueSeconds(record);
        if (limits.IsDust(record) || (!limits.IsPartyKnown && nowSeconds >= due))
        {
            return null;
        }

        return record.Phase switch
        {
            ChannelPhase.Opened => nowSeconds < due ? due : AgainAt(due, nowSeconds),
            ChannelPhase.Active => CloseAgainAt(record, nowSeconds),
            ChannelPhase.Closing when nowSeconds < record.SettleFromSeconds =>
                ChallengePolicy.Schedule(record, limits.ChallengeMargin).NextSpan(nowSeconds),
            ChannelPhase.Closing when nowSeconds < due => due,
            ChannelPhase.Closing when !MaySettle(record, nowSeconds, limits) => nowSeconds + RetrySeconds,
            ChannelPhase.Closing => AgainAt(due, nowSeconds),
            _ => null,
        };
    }

    /// <summary>
    /// True when a party has shown itself here: it handed in what it signed, or asked for something to be relayed. Whoever
    /// neither did nor has a provider that announces here is served by another operator, or by nobody.
    /// </summary>
    internal static bool HasShownItself(ChannelRecord record) =>
        record.Evidence != ChannelEvidence.Empty
        || record.Operations.Any(known => known.Kind is IntentKind.Confirm or IntentKind.Decline or IntentKind.StartClose);

    /// <summary>True when time alone calls for an operation, if the parties are known.</summary>
    internal static bool IsDueByTime(ChannelRecord record, ulong nowSeconds) =>
        record.Phase is ChannelPhase.Opened or ChannelPhase.Closing && nowSeconds >= DueSeconds(record);

    /// <summary>True when new evidence calls for an operation.</summary>
    internal static bool IsCalledForByUnits(ChannelId id, ChannelRecord record, ulong nowSeconds, PlanLimits limits) => record.Phase switch
    {
        ChannelPhase.Active => Claim(record, nowSeconds, limits) is not null,
        ChannelPhase.Closing => Operations(id, record, nowSeconds, limits).Any(),
        _ => false,
    };

    private static SettlementIntent? Withdraw(ChannelId id, ChannelRecord record, Terms terms, ulong nowSeconds, PlanLimits limits) =>
        limits.IsPartyKnown && nowSeconds >= DueSeconds(record)
            ? Channels.Operations.Unknown(record, SettlementIntent.WithdrawUnconfirmed(id, terms), Attempt(record, nowSeconds))
            : null;

    private static SettlementIntent? CooperativeClose(ChannelRecord record, Terms terms, ulong nowSeconds)
    {
        if (!ClosurePolicy.IsComplete(record, nowSeconds))
        {
            return null;
        }

        SettlementIntent close = SettlementIntent.CooperativeClose(terms, record.Evidence.ConsumerClosure!, record.Evidence.ProviderClosure!);
        return Channels.Operations.Find(record, close.OperationId) switch
        {
            null => close,
            { State: IntentState.Succeeded } done => Channels.Operations.Unknown(record, close, UnseenAttempt(done, nowSeconds)),

            // What the contract refuses binds nobody, and the two sign another.
            _ => null,
        };
    }

    /// <summary>When a close that counts as done is asked for again if it does not show until then; null when there is none.</summary>
    private static ulong? CloseAgainAt(ChannelRecord record, ulong nowSeconds)
    {
        if (record.Terms is not { } terms || !ClosurePolicy.IsComplete(record, nowSeconds))
        {
            return null;
        }

        SettlementIntent close = SettlementIntent.CooperativeClose(terms, record.Evidence.ConsumerClosure!, record.Evidence.ProviderClosure!);
        return Channels.Operations.Find(record, close.OperationId) is { State: IntentState.Succeeded } done
            ? EndedSeconds(done) + (FirstUnseenSeconds << (int)UnseenAttempt(done, nowSeconds))
            : null;
    }

    /// <summary>0 until the first time has passed, 1 until twice that, 2 until four times that, and so on.</summary>
    private static ulong UnseenAttempt(IntentView done, ulong nowSeconds)
    {
        ulong since = nowSeconds > EndedSeconds(done) ? nowSeconds - EndedSeconds(done) : 0;
        return since < FirstUnseenSeconds ? 0 : 1 + (ulong)BitOperations.Log2(since / FirstUnseenSeconds);
    }

    private static ulong EndedSeconds(IntentView done) => (done.EndedAtMs ?? 0) / 1_000;

    /// <summary>None while a close that both signed is on its way: a claim of more than that would have the contract refuse it.</summary>
    private static SettlementIntent? Claim(ChannelRecord record, ulong nowSeconds, PlanLimits limits) =>
        ClaimPolicy.Due(record, ClaimPolicy.Least(record, limits.ClaimAbove)) is { } claim
        && !ClosurePolicy.IsComplete(record, nowSeconds)
        && Channels.Operations.Find(record, claim.OperationId) is null
            ? claim
            : null;

    private static SettlementIntent? Settle(ChannelId id, ChannelRecord record, Terms terms, ulong nowSeconds, PlanLimits limits) =>
        limits.IsPartyKnown && MaySettle(record, nowSeconds, limits) && !ChallengePolicy.Due(id, record, terms, nowSeconds, limits).Any()
            ? Channels.Operations.Unknown(record, SettlementIntent.Settle(id, terms), Attempt(record, nowSeconds))
            : null;

    private static SettlementIntent[] One(SettlementIntent? intent) => intent is null ? [] : [intent];

    /// <summary>
    /// Settling ends the time for evidence, so it waits for what is on its way; but not for ever, or a consumer that always
    /// has a little more to show would never have to pay.
    /// </summary>
    private static bool MaySettle(ChannelRecord record, ulong nowSeconds, PlanLimits limits)
    {
        ulong due = DueSeconds(record);
        return nowSeconds >= due
            && (!ChallengePolicy.IsUnderway(record) || nowSeconds - due >= (ulong)limits.ChallengeMargin.TotalSeconds);
    }

    /// <summary>When the phase ends by time, Unix seconds. An endpoint that lies can name any time.</summary>
    private static ulong DueSeconds(ChannelRecord record)
    {
        ulong ends = record.Phase == ChannelPhase.Opened ? record.ConfirmBeforeSeconds : record.SettleFromSeconds;
        return ends > ulong.MaxValue - DeadlineMarginSeconds ? ulong.MaxValue : ends + DeadlineMarginSeconds;
    }

    private static ulong Attempt(ChannelRecord record, ulong nowSeconds) => (nowSeconds - DueSeconds(record)) / AgainAfterSeconds;

    private static ulong AgainAt(ulong dueSeconds, ulong nowSeconds) =>
        nowSeconds + AgainAfterSeconds - ((nowSeconds - dueSeconds) % AgainAfterSeconds);
}
