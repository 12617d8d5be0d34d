using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <content>Trying operations before they get a nonce: whether the contract takes them, and whether their gas is worth it.</content>
internal sealed partial class Outbox
{
    /// <summary>Gas for a call that could not be tried because the newest block is too early for it; ample for every kind.</summary>
    private const ulong UntriedGasLimit = 300_000;

    /// <summary>
    /// So long after a deadline the next block will be late enough, even if the newest one is old: a chain without
    /// traffic may not make blocks until someone sends something.
    /// </summary>
    private const ulong SurelyPastSeconds = 15;

    /// <summary>How long to wait before asking again when the contract says that it is too early.</summary>
    private const ulong TooEarlyMs = 3_000;

    /// <summary>How long to wait for anything else.</summary>
    private const ulong RetryMs = 5_000;

    /// <summary>Operations that are not tried before a time, Unix milliseconds.</summary>
    private readonly Dictionary<string, ulong> _notBeforeMs = [];

    private async Task<OutboxTrial> Try(OutboxEntry entry, FeeCaps suggested, CancellationToken cancellation)
    {
        SettlementIntent intent = entry.Intent;
        ulong nowSeconds = NowMs / 1_000;
        if (intent.ValidUntilSeconds != 0 && intent.ValidUntilSeconds < nowSeconds)
        {
            return OutboxTrial.Over(entry.Ended(NowMs, receipt: null, Refusals.Expired(intent.ValidUntilSeconds)));
        }

        BigInteger limit = OutboxFees.Limit(_options, intent.Kind);
        if (suggested.Likely > limit)
        {
            return OutboxTrial.Later(OutboxWait.FeeLimit, $"a unit of gas costs more than the limit for it, {OutboxFees.Gwei(limit)}");
        }

        CallEstimate estimate = await _chain.EstimateAsync(_account.Address, IntentCall.Of(intent), cancellation);
        if (estimate.Refusal is { } refusal)
        {
            return await Refused(entry, refusal, suggested.AtMost(limit), limit, cancellation);
        }

        if (OutboxFees.IsBoundByWorth(_options, intent.Kind))
        {
            Chain.ChannelView seen = await _chain.GetChannelAsync(intent.ChannelId, ReadAt.Latest, cancellation);
            limit = BigInteger.Min(limit, OutboxFees.LimitByWorth(_options, intent, seen, estimate.Gas));
            if (suggested.Likely > limit)
            {
                // A later claim, with a newer unit, may be worth it when this one is not; a challenge is its channel's last word.
                return intent.Kind == IntentKind.Claim
                    ? OutboxTrial.Over(entry.Ended(NowMs, receipt: null, Refusals.NotWorthIt(suggested.Likely, limit)))
                    : OutboxTrial.Later(OutboxWait.NotWorthIt, "its gas would cost more than it is worth at present");
            }
        }

        return OutboxTrial.Ready(suggested.AtMost(limit), estimate.GasLimit, limit);
    }

    private async Task<OutboxTrial> Refused(
        OutboxEntry entry, Chain.ContractRefusal refusal, FeeCaps fees, BigInteger limit, CancellationToken cancellation)
    {
        foreach (Bytes32 earlier in entry.Earlier)
        {
            // Its first nonce was given up too soon: the transaction was mined after all, and did what is refused now.
            if ((await _chain.FindTransactionAsync(earlier, cancellation)).Receipt is { Succeeded: true } receipt)
            {
                return OutboxTrial.Over(entry.Ended(NowMs, OutboxReceipt.Of(receipt), refusal: null));
            }
        }

        if (Refusals.IsBehind(entry.Intent, refusal))
        {
            return OutboxTrial.Later(OutboxWait.EndpointBehind, $"the endpoint does not see the channel closing: {refusal}");
        }

        if (Refusals.NotBeforeSeconds(refusal) is not { } notBeforeSeconds)
        {
            return OutboxTrial.Over(entry.Ended(NowMs, receipt: null, Refusals.Show(refusal)));
        }

        return NowMs / 1_000 < notBeforeSeconds + SurelyPastSeconds
            ? OutboxTrial.Later(OutboxWait.TooEarly, $"the contract takes it from {notBeforeSeconds} (Unix seconds) on")
            : OutboxTrial.Ready(fees, UntriedGasLimit, limit);
    }

    /// <summary>The most that a unit of gas may cost for an operation that is signed already, or waits behind one that is.</summary>
    private async Task<BigInteger> FeeLimit(OutboxEntry entry, CancellationToken cancellation)
    {
        BigInteger limit = OutboxFees.Limit(_options, entry.Intent.Kind);
        if (!OutboxFees.IsBoundByWorth(_options, entry.Intent.Kind))
        {
            return limit;
        }

        Chain.ChannelView seen = await _chain.GetChannelAsync(entry.Intent.ChannelId, ReadAt.Latest, cancellation);
        return BigInteger.Min(limit, OutboxFees.LimitByWorth(_options, entry.Intent, seen, TypicalGas));
    }
}
