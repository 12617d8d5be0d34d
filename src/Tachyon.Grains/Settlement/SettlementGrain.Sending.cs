using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <content>Signing, sending and replacing.</content>
internal sealed partial class SettlementGrain
{
    private const ulong WeiPerGwei = 1_000_000_000;

    /// <summary>Gas for a call that could not be tried because the newest block is too early for it; ample for every kind.</summary>
    private const ulong UntriedGasLimit = 300_000;

    /// <summary>
    /// So long after a deadline the next block will be late enough, even if the newest one is old: a chain without
    /// traffic may not make blocks until someone sends something.
    /// </summary>
    private const ulong SurelyPastSeconds = 15;

    /// <summary>How long to wait before asking again when the contract says that it is too early.</summary>
    private const ulong TooEarlyMs = 3_000;

    /// <summary>How long an operation waits that the endpoint had no answer for.</summary>
    private const ulong UnansweredMs = 5_000;

    private BigInteger MaxFeePerGas => new BigInteger(_options.OutboxMaxFeeGwei) * WeiPerGwei;

    /// <summary>Gives the next operations their nonces, and makes nonces and signed transactions durable in one write.</summary>
    private async Task SignQueued(OutboxChainState chain, CancellationToken cancellation)
    {
        OutboxRecord record = _record.Newest;
        OutboxEntry[] inFlight = [.. record.Open.Where(entry => entry.IsInFlight)];
        HashSet<ulong?> held = [.. inFlight.Select(entry => entry.Nonce)];
        HashSet<ChannelId> busy = [.. inFlight.Select(entry => entry.Intent.ChannelId)];
        ulong nowMs = NowMs;

        // Challenges first: they have a deadline, and anyone can make others wait.
        OutboxEntry[] waiting = [.. record.Open
            .Where(entry => entry.State == IntentState.Queued && entry.NotBeforeMs <= nowMs)
            .OrderByDescending(entry => entry.Intent.Kind == IntentKind.Challenge)];
        if (waiting.Length == 0)
        {
            return;
        }

        ulong nonce = record.NextNonce is { } next
            ? Math.Max(next, chain.MinedNonce)
            : await _chain.GetNonceAsync(_account.Address, NonceScope.Pending, cancellation);
        FeeCaps fees = await _chain.SuggestFeesAsync(cancellation);

        // A mined one takes no place while it waits to be final, or a finality of a quarter of an hour would let through
        // no more than this many in all that time.
        int free = _options.OutboxMaxInFlight - inFlight.Count(entry => entry.State != IntentState.Mined);
        var changed = new List<OutboxEntry>();
        foreach (OutboxEntry entry in waiting)
        {
            // One operation of a channel at a time: what the first does decides whether the second still makes sense.
            if (free <= 0 || busy.Contains(entry.Intent.ChannelId))
            {
                continue;
            }

            while (held.Contains(nonce))
            {
                nonce++; // Only after a gap was closed, below transactions that keep theirs.
            }

            OutboxEntry tried;
            try
            {
                tried = await TryAndSign(entry, nonce, fees, cancellation);
            }
            catch (ChainUnavailableException fault)
            {
                // This round ends here, as the endpoint may be failing altogether; but if it has no answer to this one
                // operation alone, the next round begins with the others.
                _complaint = $"operation '{entry.Intent.OperationId}' could not be tried: {fault.Message}";
                changed.Add(entry with { NotBeforeMs = NowMs + UnansweredMs });
                break;
            }

            if (ReferenceEquals(tried, entry))
            {
                continue;
            }

            changed.Add(tried);
            if (tried.State == IntentState.Signed)
            {
                nonce++;
                free--;
                busy.Add(entry.Intent.ChannelId);
            }
        }

        await Save(changed, nonce);
    }

    private async Task<OutboxEntry> TryAndSign(OutboxEntry entry, ulong nonce, FeeCaps fees, CancellationToken cancellation)
    {
        SettlementIntent intent = entry.Intent;
        ulong nowSeconds = NowMs / 1_000;
        if (intent.ValidUntilSeconds != 0 && intent.ValidUntilSeconds < nowSeconds)
        {
            return entry with { State = IntentState.Refused, Refusal = Refusals.Expired(intent.ValidUntilSeconds) };
        }

        if (TooExpensive(intent, fees))
        {
            return entry;
        }

        CallEstimate estimate = await _chain.EstimateAsync(_account.Address, IntentCall.Of(intent), cancellation);
        ulong gasLimit = estimate.GasLimit;
        if (estimate.Refusal is { } refusal)
        {
            if (Refusals.IsBehind(intent, refusal))
            {
                _complaint = $"'{intent.OperationId}' waits until the endpoint sees the channel closing: {refusal}";
                return entry with { NotBeforeMs = NowMs + UnansweredMs };
            }

            if (Refusals.NotBeforeSeconds(refusal) is not { } notBeforeSeconds)
            {
                return entry with { State = IntentState.Refused, Refusal = Refusals.Show(refusal) };
            }

            if (nowSeconds < notBeforeSeconds + SurelyPastSeconds)
            {
                return entry with { NotBeforeMs = NowMs + TooEarlyMs };
            }

            gasLimit = UntriedGasLimit;
        }

        return entry with { State = IntentState.Signed, Nonce = nonce, Attempts = [Sign(intent, nonce, fees, gasLimit)] };
    }

    /// <summary>
    /// Replaces the transaction that holds up the others, once it has waited long enough, by one of the same nonce that
    /// pays more. One that never arrived, as when the account cannot pay for it, would only become dearer by that.
    /// </summary>
    private async Task ReplaceStuck(OutboxChainState chain, CancellationToken cancellation)
    {
        ulong replaceAfterMs = (ulong)_options.OutboxReplaceAfter.TotalMilliseconds;
        OutboxEntry? stuck = _record.Newest.Open
            .Where(entry => entry.IsInFlight && entry.Receipt is null && entry.Nonce == chain.MinedNonce)
            .FirstOrDefault(entry => _underpriced.Contains(entry.Newest.Hash)
                || (entry.State == IntentState.Sent && NowMs - entry.Newest.SignedAtMs >= replaceAfterMs));
        if (stuck is null)
        {
            return;
        }

        FeeCaps fees = stuck.Newest.Fees.Replacing(await _chain.SuggestFeesAsync(cancellation));

        // Whatever has a lower nonce than a challenge holds it up, so then no limit holds that back either.
        bool holdsUpChallenge = _record.Newest.Open.Any(entry => entry.Intent.Kind == IntentKind.Challenge && entry.Receipt is null);
        if (!holdsUpChallenge && TooExpensive(stuck.Intent, fees))
        {
            return;
        }

        OutboxAttempt attempt = Sign(stuck.Intent, stuck.Nonce!.Value, fees, stuck.Newest.GasLimit);
        LogReplaced(_logger, stuck.Intent.OperationId, stuck.Nonce.Value, fees.MaxFeePerGas.ToString());
        _underpriced.Remove(stuck.Newest.Hash);
        await Save([stuck with { State = IntentState.Signed, Attempts = [.. stuck.Attempts, attempt] }]);
    }

    /// <summary>Transactions that the endpoint found too cheap, so that they are replaced without waiting.</summary>
    private readonly HashSet<Bytes32> _underpriced = [];

    /// <summary>Sends what is durable and not known to have arrived, in the order of the nonces.</summary>
    private async Task SendUnsent(CancellationToken cancellation)
    {
        var changed = new List<OutboxEntry>();
        foreach (OutboxEntry entry in _record.Durable.Open.Where(entry => entry.State == IntentState.Signed).OrderBy(entry => entry.Nonce))
        {
            SendResult result = await _chain.SendAsync(entry.Newest.Transaction, cancellation);
            switch (result.Outcome)
            {
                // A used nonce is most likely our own transaction, mined meanwhile: the next round looks for it by its hash.
                case SendOutcome.Accepted or SendOutcome.AlreadyKnown or SendOutcome.NonceUsed:
                    _underpriced.Remove(entry.Newest.Hash);
                    changed.Add(entry with { State = IntentState.Sent });
                    break;
                case SendOutcome.Underpriced:
                    _underpriced.Add(entry.Newest.Hash);
                    break;
                default:
                    _complaint = $"operation '{entry.Intent.OperationId}' cannot be sent from {_account.Address}: {result.Outcome} {result.Detail}";
                    break;
            }
        }

        await Save(changed);
    }

    private OutboxAttempt Sign(SettlementIntent intent, ulong nonce, FeeCaps fees, ulong gasLimit)
    {
        PreparedCall call = _chain.Prepare(IntentCall.Of(intent));
        SignedTransaction signed = _account.Sign(
            new UnsignedTransaction(_chain.Deployment.ChainId, nonce, fees, gasLimit, call.To, call.Data));
        return new OutboxAttempt
        {
            Hash = signed.Hash,
            Raw = signed.Raw.ToArray(),
            MaxFeePerGasWei = fees.MaxFeePerGas,
            MaxPriorityFeePerGasWei = fees.MaxPriorityFeePerGas,
            GasLimit = gasLimit,
            SignedAtMs = NowMs,
        };
    }

    /// <summary>A challenge has a deadline and defends more than its gas, so no limit holds it back.</summary>
    private bool TooExpensive(SettlementIntent intent, FeeCaps fees)
    {
        if (intent.Kind == IntentKind.Challenge || fees.MaxFeePerGas <= MaxFeePerGas)
        {
            return false;
        }

        _complaint = $"gas costs up to {fees.MaxFeePerGas} wei, above the limit of {MaxFeePerGas}; '{intent.OperationId}' waits";
        return true;
    }
}
