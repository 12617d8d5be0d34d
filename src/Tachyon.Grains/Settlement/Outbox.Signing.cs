using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <content>Giving operations their nonces, signing them alone or in batches, and sending them.</content>
internal sealed partial class Outbox
{
    /// <summary>The most operations in one transaction: some 400,000 gas.</summary>
    private const int MaxBatch = 16;

    /// <summary>The most operations in one round that turn out not to be worth their gas; the rest wait for the next.</summary>
    private const int MaxUnworthyTried = 32;

    /// <summary>
    /// Room in a batch for each further operation: both its parties may have emptied their accounts since it was tried, and
    /// paying into an empty one costs 17,100 more. Else a few of them could have the whole batch run out of gas.
    /// </summary>
    private const ulong EmptiedAccountsGas = 35_000;

    /// <summary>Gas of an operation where only its size matters.</summary>
    private const ulong TypicalGas = 65_000;

    /// <summary>After so many rounds without an answer to one transaction it counts as refused, while the chain answers otherwise.</summary>
    private const int MaxUnansweredSends = 5;

    /// <summary>Transactions that the endpoint found too cheap, so that they are replaced without waiting.</summary>
    private readonly HashSet<Bytes32> _underpriced = [];

    /// <summary>Transactions that the endpoint will not take, with its reason.</summary>
    private readonly Dictionary<Bytes32, string> _rejected = [];

    private readonly Dictionary<Bytes32, int> _unansweredSends = [];

    /// <summary>Challenges that were not worth their gas when they were tried.</summary>
    private readonly HashSet<string> _unworthy = [];

    /// <summary>Signs what a crash left with a nonce and without a transaction: for its operation or, if that is over, to fill the nonce.</summary>
    private async Task UseGrants(OutboxChainState chain, CancellationToken cancellation)
    {
        foreach ((ulong nonce, OutboxEntry entry) in _ledger.UnusedGrants.Where(grant => grant.Nonce >= chain.MinedNonce).ToArray())
        {
            FeeCaps suggested = await _chain.SuggestFeesAsync(cancellation);
            OutboxTrial? trial = entry.HasEnded ? null : await Try(entry, suggested, cancellation);
            await Save([trial?.Fees is { } fees
                ? entry.Signed(nonce, Sign(chain, IntentCall.Of(entry.Intent), nonce, fees, trial.GasLimit))
                : entry.Signed(nonce, await SignFiller(chain, nonce, suggested.AtMost(OutboxFees.Limit(_options, entry.Intent.Kind)), cancellation))]);
        }
    }

    /// <summary>Tries the next operations, gives those that can go their nonces in one durable write, signs them, and makes that durable.</summary>
    private async Task SignQueued(OutboxChainState chain, CancellationToken cancellation)
    {
        ulong nowMs = NowMs;
        OutboxEntry[] queued = [.. _ledger.Open.Where(entry => entry.State == IntentState.Queued && _ledger.LeaderOf(entry.Id) is null)];
        List<OutboxEntry> ended = Superseded(queued);
        foreach (OutboxEntry over in ended)
        {
            _notBeforeMs.Remove(over.Id);
            _unworthy.Remove(over.Id);
        }

        OutboxEntry[] waiting = [.. queued.ExceptBy(ended.Select(entry => entry.Id), entry => entry.Id)];
        if (waiting.Length == 0)
        {
            return;
        }

        FeeCaps suggested = await _chain.SuggestFeesAsync(cancellation);

        // A mined one takes no place while it waits to be final, or a finality of a quarter of an hour would let through
        // no more than this many in all that time.
        int free = _options.OutboxMaxInFlight - _ledger.InFlight.Count(entry => entry.IsUnmined);

        // One operation of a channel at a time: what the first does decides whether the second still makes sense. But a
        // challenge counts whatever else happens, and its time is limited: it waits only for one of its kind to be in a block.
        HashSet<(ChannelId, bool)> challenged = [.. _ledger.InFlight.Where(entry => entry.IsUnmined && IsChallenge(entry)).Select(SideOf)];

        // Nor does one in a block make others wait: what comes after it has a later nonce, so that it stays after it on every
        // branch. Otherwise whoever always has a little more to show would keep the settlement waiting for as long.
        HashSet<ChannelId> busy =
            [.. _ledger.InFlight.Where(entry => entry.IsUnmined || !IsChallenge(entry)).SelectMany(Parts).Select(entry => entry.Intent.ChannelId)];
        var ready = new List<(OutboxEntry Entry, OutboxTrial Trial)>();

        // Challenges first: they have a deadline, and anyone can make others wait. But those that were not worth their gas come
        // last, a few at a time and each in its turn: they may be made by the thousand, and to ask about each takes a while.
        int unworthy = 0;
        foreach (OutboxEntry entry in waiting
            .OrderBy(entry => _unworthy.Contains(entry.Id))
            .ThenByDescending(IsChallenge)
            .ThenBy(entry => _unworthy.Contains(entry.Id) ? _notBeforeMs.GetValueOrDefault(entry.Id) : 0))
        {
            if (unworthy >= MaxUnworthyTried)
            {
                break;
            }

            if (Math.Max(entry.NotBeforeMs, _notBeforeMs.GetValueOrDefault(entry.Id)) <= nowMs
                && (IsChallenge(entry) ? !challenged.Contains(SideOf(entry)) : !busy.Contains(entry.Intent.ChannelId)))
            {
                if (OutboxBatches.CountTransactions(ready.Select(one => one.Entry).Append(entry), MaxBatch) > free)
                {
                    break;
                }

                if (!await TryNext(entry, suggested, ready, ended, cancellation))
                {
                    break;
                }

                busy.Add(entry.Intent.ChannelId);
                unworthy += _unworthy.Contains(entry.Id) ? 1 : 0;
            }
        }

        await Save(ended);
        await SignReady(chain, ready, cancellation);
    }

    /// <summary>
    /// Ends the challenges that have no nonce yet where one with more bytes of the same side came after them, as when fees
    /// kept the first waiting: it would cost its gas and change nothing that the other does not.
    /// </summary>
    private List<OutboxEntry> Superseded(IEnumerable<OutboxEntry> queued) => [.. queued
        .Where(IsChallenge)
        .GroupBy(SideOf)
        .SelectMany(group => group.OrderByDescending(BytesOf).Skip(1))
        .Select(entry => entry.Ended(NowMs, receipt: null, Refusals.Superseded))];

    private static bool IsChallenge(OutboxEntry entry) => entry.Intent.Kind == IntentKind.Challenge;

    private static (ChannelId Channel, bool OfConsumer) SideOf(OutboxEntry challenge) =>
        (challenge.Intent.ChannelId, challenge.Intent.ConsumerUnit is not null);

    private static ulong BytesOf(OutboxEntry challenge) => (challenge.Intent.ConsumerUnit ?? challenge.Intent.ProviderUnit)!.Unit.BytesUsed;

    /// <summary>Tries one; false when the endpoint has no answer.</summary>
    private async Task<bool> TryNext(
        OutboxEntry entry, FeeCaps suggested, List<(OutboxEntry Entry, OutboxTrial Trial)> ready, List<OutboxEntry> ended, CancellationToken cancellation)
    {
        OutboxTrial trial;
        try
        {
            trial = await Try(entry, suggested, cancellation);
        }
        catch (ChainUnavailableException fault)
        {
            // This round tries no more, as the endpoint may be failing altogether; but if it has no answer to this one
            // operation alone, the next round begins with the others.
            _notBeforeMs[entry.Id] = NowMs + RetryMs;
            _status.Waits(entry.Id, OutboxWait.Unanswered, $"it could not be tried: {fault.Message}");
            return false;
        }

        _notBeforeMs.Remove(entry.Id);
        _unworthy.Remove(entry.Id);
        if (trial.Wait is { } wait)
        {
            if (wait == OutboxWait.NotWorthIt)
            {
                _unworthy.Add(entry.Id);
            }

            _notBeforeMs[entry.Id] = NowMs + (wait == OutboxWait.TooEarly ? TooEarlyMs : RetryMs);
            _status.Waits(entry.Id, wait, trial.Reason);
        }
        else if (trial.Ended is { } over)
        {
            ended.Add(over);
        }
        else
        {
            ready.Add((entry, trial));
        }

        return true;
    }

    private async Task SignReady(OutboxChainState chain, List<(OutboxEntry Entry, OutboxTrial Trial)> ready, CancellationToken cancellation)
    {
        var drafts = new List<(OutboxEntry Entry, ChainCall Call, FeeCaps Fees, ulong GasLimit)>();
        foreach (OutboxBatch batch in OutboxBatches.Of([.. ready.Select(one => one.Entry)], MaxBatch))
        {
            OutboxTrial[] trials = [.. ready.Where(one => batch.Entries.Contains(one.Entry)).Select(one => one.Trial)];
            FeeCaps fees = trials.MinBy(trial => trial.FeeLimit)!.Fees!.Value;
            ulong gasLimit = trials[0].GasLimit;
            if (batch.Entries.Count > 1)
            {
                CallEstimate estimate = await _chain.EstimateAsync(_account.Address, batch.Call, cancellation);
                gasLimit = estimate.Refusal is null ? estimate.GasLimit + ((ulong)(batch.Entries.Count - 1) * EmptiedAccountsGas) : trials.Aggregate(0UL, (sum, trial) => sum + trial.GasLimit);
            }

            OutboxEntry leader = batch.Entries[0] with { Members = [.. batch.Entries.Skip(1).Select(entry => entry.Id)] };
            drafts.Add((leader, batch.Call, fees, gasLimit));
        }

        if (drafts.Count == 0)
        {
            return;
        }

        ulong first = _ledger.NextNonce is { } next
            ? Math.Max(next, chain.MinedNonce)
            : await _chain.GetNonceAsync(_account.Address, NonceScope.Pending, cancellation);
        IReadOnlyList<ulong> nonces = await _ledger.GrantAsync(first, [.. drafts.Select(draft => draft.Entry)]);
        await Save([.. drafts.Zip(nonces, (draft, nonce) => draft.Entry.Signed(nonce, Sign(chain, draft.Call, nonce, draft.Fees, draft.GasLimit)))]);
    }

    /// <summary>Sends what is durable and not known to have arrived, in the order of the nonces.</summary>
    private async Task SendUnsent(OutboxChainState chain, CancellationToken cancellation)
    {
        var changed = new List<OutboxEntry>();
        foreach (OutboxEntry entry in _ledger.InFlight.Where(entry => entry.State == IntentState.Signed && entry.Nonce >= chain.MinedNonce).ToArray())
        {
            Bytes32 hash = entry.Newest.Hash;
            try
            {
                SendResult result = await _chain.SendAsync(entry.Newest.Transaction, cancellation);
                _unansweredSends.Remove(hash);
                if (Sent(entry, result))
                {
                    changed.Add(entry with { State = IntentState.Sent });
                }
            }
            catch (ChainUnavailableException fault)
            {
                // It may have arrived. If the endpoint has no answer to this one again and again, it is treated as refused.
                int times = _unansweredSends.GetValueOrDefault(hash) + 1;
                _unansweredSends[hash] = times;
                _status.Waits(entry.Id, OutboxWait.Unanswered, $"it could not be sent: {fault.Message}");
                if (times >= MaxUnansweredSends)
                {
                    _rejected[hash] = fault.Message;
                }

                break;
            }
        }

        await Save(changed);
    }

    private bool Sent(OutboxEntry entry, SendResult result)
    {
        switch (result.Outcome)
        {
            // A used nonce is most likely our own transaction, mined meanwhile: the next round looks for it by its hash.
            case SendOutcome.Accepted or SendOutcome.AlreadyKnown or SendOutcome.NonceUsed:
                _underpriced.Remove(entry.Newest.Hash);
                _rejected.Remove(entry.Newest.Hash);
                return true;
            case SendOutcome.Underpriced:
                _underpriced.Add(entry.Newest.Hash);
                break;
            case SendOutcome.Rejected:
                _rejected[entry.Newest.Hash] = result.Detail ?? result.Outcome.ToString();
                _status.Waits(entry.Id, OutboxWait.Rejected, $"the endpoint does not take it: {result.Detail}");
                break;
            default:
                _status.Waits(entry.Id, OutboxWait.Unaffordable, $"{_account.Address} cannot pay for its gas: {result.Outcome} {result.Detail}");
                break;
        }

        return false;
    }

    /// <summary>The operation and those that go with its transaction.</summary>
    private IEnumerable<OutboxEntry> Parts(OutboxEntry leader) => leader.Members.Select(_ledger.Find).OfType<OutboxEntry>().Prepend(leader);

    private OutboxAttempt Sign(OutboxChainState chain, ChainCall call, ulong nonce, FeeCaps fees, ulong gasLimit)
    {
        PreparedCall prepared = _chain.Prepare(call);
        SignedTransaction signed = _account.Sign(
            new UnsignedTransaction(_chain.Deployment.ChainId, nonce, fees, gasLimit, prepared.To, prepared.Data));
        return new OutboxAttempt
        {
            Hash = signed.Hash,
            Raw = signed.Raw.ToArray(),
            MaxFeePerGasWei = fees.MaxFeePerGas,
            MaxPriorityFeePerGasWei = fees.MaxPriorityFeePerGas,
            GasLimit = gasLimit,
            SignedAtMs = NowMs,
            SignedAtBlock = chain.Head.Number,
            IsFiller = call is ChainCall.FillNonce,
        };
    }
}
