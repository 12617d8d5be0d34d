using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <content>What became of the transactions that were sent.</content>
internal sealed partial class SettlementGrain
{
    /// <summary>
    /// Ended operations are looked at again after a re-organisation while their block is no deeper than this, also
    /// where the newest block already counts as final.
    /// </summary>
    private const ulong WatchedDepthBlocks = 128;

    /// <summary>When each nonce was first seen used up without any of our transactions being found, Unix milliseconds.</summary>
    private readonly Dictionary<ulong, ulong> _missingSinceMs = [];

    /// <summary>Since when our transactions wait behind a nonce that none of them has, Unix milliseconds; null when they do not.</summary>
    private ulong? _gapSinceMs;

    private ChainBlock? _lastHead;

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

    /// <summary>Operations that ended, and whose block a re-organisation may have taken away, go back among the open ones.</summary>
    private async Task CheckEndedAgain(OutboxChainState chain, CancellationToken cancellation)
    {
        if (chain.Reorganised)
        {
            var changed = new List<OutboxEntry>();
            foreach (OutboxEntry entry in _record.Newest.Ended)
            {
                if (entry.Receipt is { } receipt && receipt.BlockNumber + WatchedDepthBlocks >= chain.Head.Number)
                {
                    TransactionReport report = await _chain.FindTransactionAsync(receipt.TransactionHash, cancellation);
                    if (report.Receipt?.BlockHash != receipt.BlockHash)
                    {
                        LogReorganised(_logger, entry.Intent.OperationId, receipt.BlockNumber);
                        changed.Add(entry with { State = IntentState.Sent, Receipt = null, Refusal = null });
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
        foreach (OutboxEntry entry in _record.Newest.Open.Where(entry => entry.IsInFlight))
        {
            OutboxEntry next = await Follow(entry, chain, cancellation);
            if (!ReferenceEquals(next, entry))
            {
                changed.Add(next);
            }
        }

        await Save(changed);
    }

    private async Task<OutboxEntry> Follow(OutboxEntry entry, OutboxChainState chain, CancellationToken cancellation)
    {
        ulong nonce = entry.Nonce!.Value;
        bool newestIsKnown = false;
        for (int i = entry.Attempts.Length - 1; i >= 0; i--)
        {
            TransactionReport report = await _chain.FindTransactionAsync(entry.Attempts[i].Hash, cancellation);
            if (report.Receipt is { } receipt)
            {
                _missingSinceMs.Remove(nonce);
                return await Mined(entry, OutboxReceipt.Of(receipt), chain, cancellation);
            }

            newestIsKnown |= i == entry.Attempts.Length - 1 && report.State == TransactionState.Pending;
        }

        if (nonce < chain.MinedNonce)
        {
            return NonceUsedUp(entry, nonce);
        }

        _missingSinceMs.Remove(nonce);
        IntentState state = newestIsKnown ? IntentState.Sent : IntentState.Signed; // Signed: send it (again).
        return entry.State == state && entry.Receipt is null ? entry : entry with { State = state, Receipt = null };
    }

    private async Task<OutboxEntry> Mined(OutboxEntry entry, OutboxReceipt receipt, OutboxChainState chain, CancellationToken cancellation)
    {
        if (receipt.BlockNumber > chain.FinalBlock)
        {
            return entry.Receipt == receipt ? entry : entry with { State = IntentState.Mined, Receipt = receipt };
        }

        if (receipt.Succeeded)
        {
            return entry with { State = IntentState.Succeeded, Receipt = receipt };
        }

        Chain.ContractRefusal? refusal = await _chain.ExplainFailureAsync(receipt.TransactionHash, cancellation);
        return refusal is not null && Refusals.NotBeforeSeconds(refusal) is { } seconds
            ? QueuedAgain(entry, seconds * 1_000)
            : entry with { State = IntentState.Refused, Receipt = receipt, Refusal = Refusals.Show(refusal) };
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

        if (nowMs - sinceMs < (ulong)_options.OutboxReplaceAfter.TotalMilliseconds)
        {
            return entry;
        }

        LogNonceTaken(_logger, nonce, _account.Address, entry.Intent.OperationId);
        _missingSinceMs.Remove(nonce);
        return QueuedAgain(entry, notBeforeMs: 0);
    }

    /// <summary>
    /// Transactions behind a nonce that nobody uses would wait for ever: an endpoint once gave too high a nonce, or counted
    /// a foreign transaction that was dropped later. After a while the first of them get the free nonces, which is as safe
    /// as above.
    /// </summary>
    private async Task CloseGap(OutboxChainState chain)
    {
        OutboxRecord record = _record.Newest;
        OutboxEntry[] unmined = [.. record.Open
            .Where(entry => entry.IsInFlight && entry.State != IntentState.Mined)
            .OrderBy(entry => entry.Nonce)];

        // Where one of ours was mined with that nonce, the endpoint is merely behind.
        bool isGap = unmined.Length > 0
            && unmined[0].Nonce > chain.MinedNonce
            && !record.Open.Concat(record.Ended).Any(entry => entry.Nonce == chain.MinedNonce && entry.Receipt is not null);
        ulong nowMs = NowMs;
        _gapSinceMs = isGap ? _gapSinceMs ?? nowMs : null;
        if (_gapSinceMs is { } sinceMs && nowMs - sinceMs >= (ulong)_options.OutboxReplaceAfter.TotalMilliseconds)
        {
            ulong free = Math.Min(unmined[0].Nonce!.Value - chain.MinedNonce, (ulong)unmined.Length);
            LogGap(_logger, chain.MinedNonce, _account.Address, unmined.Length);
            _gapSinceMs = null;
            await Save([.. unmined.Take((int)free).Select(entry => QueuedAgain(entry, notBeforeMs: 0))], chain.MinedNonce);
        }
    }

    private static OutboxEntry QueuedAgain(OutboxEntry entry, ulong notBeforeMs) =>
        OutboxEntry.Queued(entry.Intent) with { NotBeforeMs = notBeforeMs };
}
