using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <content>What became of the transactions that were sent.</content>
internal sealed partial class Outbox
{
    /// <summary>
    /// Ended operations are looked at again after a re-organisation while their block is no deeper than this, also
    /// where the newest block already counts as final.
    /// </summary>
    private const ulong WatchedDepthBlocks = 128;

    /// <summary>When each nonce was first seen used up without any of our transactions being found, Unix milliseconds.</summary>
    private readonly Dictionary<ulong, ulong> _missingSinceMs = [];

    private ChainBlock? _lastHead;

    /// <summary>Since when the chain has not used a nonce with which something counts as done, Unix milliseconds; null when it has used all.</summary>
    private ulong? _contradictedSinceMs;

    private async Task<OutboxChainState> LookAtChain(CancellationToken cancellation)
    {
        ChainBlock head = await _chain.GetBlockAsync(ReadAt.Latest, cancellation);
        ChainBlock final = await _chain.GetBlockAsync(ReadAt.Final, cancellation);
        ulong minedNonce = await _chain.GetNonceAsync(_account.Address, NonceScope.Mined, cancellation);

        // A new activation does not know what happened before it, so it looks once.
        bool reorganised = _lastHead is null
            || (await _chain.FindBlockAsync(_lastHead.Number, cancellation))?.Hash != _lastHead.Hash;
        return new OutboxChainState(head, final.Number, minedNonce, reorganised);
    }

    /// <summary>
    /// Operations that ended, and whose block a re-organisation may have taken away, go back among the open ones; likewise those
    /// whose nonce turns out not to be used, as when an endpoint lied: all that was signed later would wait behind it.
    /// </summary>
    private async Task CheckEndedAgain(OutboxChainState chain, CancellationToken cancellation)
    {
        bool IsContradicted(OutboxEntry entry) => entry.Receipt is not null && entry.Nonce >= chain.MinedNonce;

        // For a while the endpoint may merely be behind.
        _contradictedSinceMs = _ledger.Ended.Any(IsContradicted) ? _contradictedSinceMs ?? NowMs : null;
        bool contradicted = _contradictedSinceMs is { } sinceMs && NowMs - sinceMs >= ReplaceAfterMs;
        if (chain.Reorganised || contradicted)
        {
            var changed = new List<OutboxEntry>();
            foreach (OutboxEntry entry in _ledger.Ended.ToArray())
            {
                if (entry.Receipt is { } receipt
                    && ((chain.Reorganised && receipt.BlockNumber + WatchedDepthBlocks >= chain.Head.Number) || IsContradicted(entry)))
                {
                    TransactionReport report = await _chain.FindTransactionAsync(receipt.TransactionHash, cancellation);
                    if (report.Receipt?.BlockHash != receipt.BlockHash)
                    {
                        _status.Reorganised(entry.Id, receipt.BlockNumber);
                        changed.Add(entry with
                        {
                            // One that went with the batch of another has no nonce of its own, and waits for that one again.
                            State = entry.Nonce is null ? IntentState.Queued : IntentState.Sent,
                            Receipt = null,
                            Refusal = null,
                            EndedAtMs = 0,
                        });
                    }
                }
            }

            await Save(changed);
        }

        _lastHead = chain.Head;
    }

    private async Task Follow(OutboxChainState chain, CancellationToken cancellation)
    {
        var changed = new List<OutboxEntry>();
        foreach (OutboxEntry entry in _ledger.InFlight.ToArray())
        {
            // A mined one needs another look only once its block is final, or may be gone.
            if (entry.Receipt is { } known && known.BlockNumber > chain.FinalBlock && !chain.Reorganised)
            {
                continue;
            }

            foreach (OutboxEntry next in await Follow(entry, chain, cancellation))
            {
                if (!ReferenceEquals(next, entry))
                {
                    changed.Add(next);
                }
            }
        }

        // Those that went with a batch end before it does: after a crash in between, the batch still knows them.
        await Save([.. changed.Where(entry => entry.Nonce is null && entry.HasEnded)]);
        await Save([.. changed.Where(entry => entry.Nonce is not null || !entry.HasEnded)]);
    }

    private async Task<IReadOnlyList<OutboxEntry>> Follow(OutboxEntry entry, OutboxChainState chain, CancellationToken cancellation)
    {
        ulong nonce = entry.Nonce!.Value;
        bool newestIsKnown = false;
        for (int i = entry.Attempts.Length - 1; i >= 0; i--)
        {
            TransactionReport report = await _chain.FindTransactionAsync(entry.Attempts[i].Hash, cancellation);
            if (report.Receipt is { } receipt)
            {
                _missingSinceMs.Remove(nonce);
                return await Mined(entry, entry.Attempts[i], OutboxReceipt.Of(receipt), chain, cancellation);
            }

            newestIsKnown |= i == entry.Attempts.Length - 1 && report.State == TransactionState.Pending;
        }

        if (nonce < chain.MinedNonce)
        {
            return [NonceUsedUp(entry, nonce)];
        }

        _missingSinceMs.Remove(nonce);
        IntentState state = newestIsKnown ? IntentState.Sent : IntentState.Signed; // Signed: send it (again).
        return [entry.State == state && entry.Receipt is null ? entry : entry with { State = state, Receipt = null }];
    }

    private async Task<IReadOnlyList<OutboxEntry>> Mined(
        OutboxEntry entry, OutboxAttempt attempt, OutboxReceipt receipt, OutboxChainState chain, CancellationToken cancellation)
    {
        if (receipt.BlockNumber > chain.FinalBlock)
        {
            return [entry.Receipt == receipt ? entry : entry with { State = IntentState.Mined, Receipt = receipt }];
        }

        if (attempt.IsFiller)
        {
            return [entry.QueuedAgain(entry.NotBeforeMs)];
        }

        if (entry.Members.Length > 0)
        {
            return await EndBatch(entry, receipt, cancellation);
        }

        if (receipt.Succeeded)
        {
            return [entry.Ended(NowMs, receipt, refusal: null)];
        }

        Chain.ContractRefusal? refusal = await _chain.ExplainFailureAsync(receipt.TransactionHash, cancellation);
        return refusal is not null && Refusals.NotBeforeSeconds(refusal) is { } seconds
            ? [entry.QueuedAgain(seconds * 1_000)]
            : [entry.Ended(NowMs, receipt, Refusals.Show(refusal))];
    }

    /// <summary>Each operation of a batch ends as if it had been alone; those that the contract skipped are tried alone.</summary>
    private async Task<IReadOnlyList<OutboxEntry>> EndBatch(OutboxEntry leader, OutboxReceipt receipt, CancellationToken cancellation)
    {
        IReadOnlyList<ChainEvent> events = await _chain.GetEventsAsync(receipt.BlockNumber, receipt.BlockNumber, cancellation);
        HashSet<ChannelId> skipped = [.. events.OfType<BatchItemSkipped>()
            .Where(item => item.At.TransactionHash == receipt.TransactionHash)
            .Select(item => item.Channel)];
        bool Done(OutboxEntry entry) => receipt.Succeeded && !skipped.Contains(entry.Intent.ChannelId);

        // One channel appears in a batch once, so that its id tells which operation was skipped.
        IEnumerable<OutboxEntry> members = leader.Members.Select(_ledger.Find).OfType<OutboxEntry>()
            .Where(member => member.State == IntentState.Queued)
            .Select(member => Done(member) ? member.Ended(NowMs, receipt, refusal: null) : member with { Alone = true });
        return [.. members, Done(leader) ? leader.Ended(NowMs, receipt, refusal: null) : leader.QueuedAgain() with { Alone = true }];
    }

    /// <summary>
    /// The nonce is gone and none of our transactions is found: the endpoint is behind, or someone else signs with this
    /// key. Only after a while the operation gets another nonce, which is safe even if the endpoint was wrong: the
    /// contract does nothing twice.
    /// </summary>
    private OutboxEntry NonceUsedUp(OutboxEntry entry, ulong nonce)
    {
        ulong nowMs = NowMs;
        if (!_missingSinceMs.TryGetValue(nonce, out ulong sinceMs))
        {
            _missingSinceMs[nonce] = nowMs;
            return entry;
        }

        if (nowMs - sinceMs < ReplaceAfterMs)
        {
            return entry;
        }

        _status.NonceTaken(nonce, entry.Id);
        _missingSinceMs.Remove(nonce);
        return entry.QueuedAgain();
    }
}
