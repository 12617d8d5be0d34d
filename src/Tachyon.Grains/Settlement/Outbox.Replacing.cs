using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <content>Transactions that hold up those behind them.</content>
internal sealed partial class Outbox
{
    /// <summary>Challenges behind a stuck transaction that are asked how much it may cost to let them through.</summary>
    private const int MaxAsked = 8;

    /// <summary>How long an operation waits that the endpoint did not take; doubles each time, as each costs a transfer of nothing.</summary>
    private const ulong FirstPauseMs = 60_000;

    private const int MaxDoublings = 6;

    /// <summary>How many times longer than for a nonce that nobody used is waited for one that an endpoint says was used.</summary>
    private const ulong MaxBehindFactor = 10;

    /// <summary>Since when our transactions wait behind a nonce that none of them has, Unix milliseconds; null when they do not.</summary>
    private ulong? _gapSinceMs;

    /// <summary>
    /// Replaces the transaction that holds up the others: one that blocks passed by for long, or that the endpoint found too
    /// cheap, by one of the same nonce that pays more, within the limits; one whose operation is over, or that the endpoint
    /// does not take, by a transfer of nothing. One that never arrived for want of gas would only become dearer by that.
    /// </summary>
    private async Task ReplaceStuck(OutboxChainState chain, CancellationToken cancellation)
    {
        if (_ledger.WithNonce(chain.MinedNonce) is not { IsUnmined: true } stuck)
        {
            return;
        }

        OutboxAttempt newest = stuck.Newest;
        bool isRejected = _rejected.TryGetValue(newest.Hash, out string? reason);

        // While no blocks are made, no fee is high enough, and every raise is paid once they are.
        bool wasPassedBy = stuck.State == IntentState.Sent && chain.Head.Number > newest.SignedAtBlock;
        bool isLate = NowMs - newest.SignedAtMs >= ReplaceAfterMs;
        if (!_underpriced.Contains(newest.Hash) && !(isLate && (wasPassedBy || isRejected)) && !(isRejected && !newest.IsFiller))
        {
            return;
        }

        FeeCaps suggested = await _chain.SuggestFeesAsync(cancellation);
        BigInteger own = await LimitOfAll(stuck, cancellation);
        BigInteger limit = await LimitOfNonce(stuck, own, cancellation);

        // One that no node ever took has nothing to outbid.
        bool isNew = isRejected && stuck.Attempts.Length == 1;
        FeeCaps fees = (isNew ? suggested : newest.Fees.Replacing(suggested)).AtMost(limit);
        if (!isNew && !fees.Replaces(newest.Fees))
        {
            _status.Waits(stuck.Id, OutboxWait.FeeLimit, $"its transaction pays up to {newest.MaxFeePerGasWei} wei for a unit of gas, and the limit of {limit} allows no more");
            return;
        }

        string? over = isRejected ? reason
            : newest.IsFiller ? "it was given up before"
            : limit > own && suggested.Likely > own && OutboxFees.IsBoundByWorth(_options, stuck.Intent.Kind) ? "its gas would cost more than it is worth, and others wait behind it"
            : await WhyOver(stuck, cancellation);
        OutboxAttempt attempt = over is null
            ? Sign(chain, OutboxBatches.CallOf([.. Parts(stuck)]), stuck.Nonce!.Value, fees, newest.GasLimit)
            : await SignFiller(chain, stuck.Nonce!.Value, fees, cancellation);
        if (over is null || newest.IsFiller)
        {
            _status.Replaced(stuck, attempt);
        }
        else
        {
            _status.Filled(stuck, over);
        }

        _underpriced.Remove(newest.Hash);
        _rejected.Remove(newest.Hash);
        OutboxEntry next = stuck.Signed(stuck.Nonce.Value, attempt);
        await Save([isRejected && !newest.IsFiller ? Paused(next) : next]);
    }

    private OutboxEntry Paused(OutboxEntry entry) => entry with
    {
        NotBeforeMs = NowMs + (FirstPauseMs << Math.Min(entry.Fillings, MaxDoublings)),
        Fillings = entry.Fillings + 1,
    };

    /// <summary>Why the operation can have no effect any more, so that paying more for it would burn gas; null when it can.</summary>
    private async Task<string?> WhyOver(OutboxEntry entry, CancellationToken cancellation)
    {
        SettlementIntent intent = entry.Intent;
        if (intent.ValidUntilSeconds != 0 && intent.ValidUntilSeconds < NowMs / 1_000)
        {
            return $"its signature was valid until {intent.ValidUntilSeconds}";
        }

        // Batches skip what is over; some of theirs may not be.
        if (entry.Members.Length > 0)
        {
            return null;
        }

        CallEstimate estimate = await _chain.EstimateAsync(_account.Address, IntentCall.Of(intent), cancellation);
        return estimate.Refusal is { } refusal && Refusals.NotBeforeSeconds(refusal) is null && !Refusals.IsBehind(intent, refusal)
            ? refusal.ToString()
            : null;
    }

    /// <summary>The most that a unit of gas may cost for the transaction: for a batch, what the part that is worth most may.</summary>
    private async Task<BigInteger> LimitOfAll(OutboxEntry leader, CancellationToken cancellation)
    {
        BigInteger limit = BigInteger.Zero;
        foreach (OutboxEntry part in Parts(leader).ToArray())
        {
            limit = BigInteger.Max(limit, await FeeLimit(part, cancellation));
        }

        return limit;
    }

    /// <summary>What a unit of gas may cost for the lowest nonce: as much as for whatever waits behind it.</summary>
    private async Task<BigInteger> LimitOfNonce(OutboxEntry stuck, BigInteger own, CancellationToken cancellation)
    {
        BigInteger limit = own;

        // What is only worth a claim must not hold up confirms and closes, whose signatures run out meanwhile.
        foreach (OutboxEntry waiting in _ledger.Open.Where(entry =>
            entry.Receipt is null && entry.Id != stuck.Id && !OutboxFees.IsBoundByWorth(_options, entry.Intent.Kind)))
        {
            limit = BigInteger.Max(limit, OutboxFees.Limit(_options, waiting.Intent.Kind));
        }

        foreach (OutboxEntry challenge in _ledger.Open
            .Where(entry => entry.Intent.Kind == IntentKind.Challenge && entry.Receipt is null && entry.Id != stuck.Id)
            .Take(MaxAsked)
            .ToArray())
        {
            limit = BigInteger.Max(limit, await FeeLimit(challenge, cancellation));
        }

        // What is signed already may be mined at what it offers; a limit below that only says that no more is offered.
        return limit;
    }

    /// <summary>
    /// Transactions behind a nonce that nobody uses would wait for ever: an endpoint once gave too high a nonce, or counted
    /// a foreign transaction that was dropped later. After a while the first of them get the free nonces, which is safe
    /// because the contract does nothing twice.
    /// </summary>
    private async Task CloseGap(OutboxChainState chain)
    {
        OutboxEntry[] unmined = [.. _ledger.InFlight.Where(entry => entry.IsUnmined)];

        // A nonce given away is used soon.
        bool isGap = unmined.Length > 0
            && unmined[0].Nonce > chain.MinedNonce
            && _ledger.WithNonce(chain.MinedNonce) is null
            && !_ledger.UnusedGrants.Any(grant => grant.Nonce == chain.MinedNonce);
        ulong nowMs = NowMs;
        _gapSinceMs = isGap ? _gapSinceMs ?? nowMs : null;

        // Where one of ours was shown as mined with that nonce, the endpoint is most likely behind; if it lies, the others need
        // not wait for it for ever. Of two transactions with one nonce one at most is mined, and the other gets another nonce.
        bool isSaidToBeUsed = _ledger.Ended.Any(entry => entry.Nonce == chain.MinedNonce && entry.Receipt is not null);
        ulong patienceMs = isSaidToBeUsed ? MaxBehindFactor * ReplaceAfterMs : ReplaceAfterMs;
        if (_gapSinceMs is { } sinceMs && nowMs - sinceMs >= patienceMs)
        {
            ulong free = Math.Min(unmined[0].Nonce!.Value - chain.MinedNonce, (ulong)unmined.Length);
            _status.Gap(chain.MinedNonce, unmined.Length);
            _gapSinceMs = null;
            await Save([.. unmined.Take((int)free).Select(entry => entry.QueuedAgain())]);
            await _ledger.SetBackAsync(chain.MinedNonce);
        }
    }

    private async Task<OutboxAttempt> SignFiller(OutboxChainState chain, ulong nonce, FeeCaps fees, CancellationToken cancellation)
    {
        var call = new ChainCall.FillNonce(_account.Address);
        CallEstimate estimate = await _chain.EstimateAsync(_account.Address, call, cancellation);
        return Sign(chain, call, nonce, fees, estimate.GasLimit);
    }
}
