using Tachyon.Chain;

namespace Tachyon.Grains.Feed;

/// <content>Blocks that were read and then replaced.</content>
internal sealed partial class ChainFeedGrain
{
    /// <summary>
    /// Sets the cursor back behind every block that is no longer on the chain. False when the endpoint is behind the
    /// cursor, so that nothing can be told at present.
    /// </summary>
    private async Task<bool> UndoReorganisation(ChainBlock final, CancellationToken cancellation)
    {
        FeedRecord record = _record.Newest;
        FeedCheckpoint[] checkpoints = record.Checkpoints;
        int replaced = 0;
        int beyond = 0;
        for (int i = checkpoints.Length - 1; i >= 0; i--)
        {
            FeedCheckpoint checkpoint = checkpoints[i];
            if (checkpoint.BlockNumber > final.Number)
            {
                // Either the endpoint is behind or the chain got shorter: older checkpoints will tell which.
                beyond++;
                continue;
            }

            Bytes32? hash = checkpoint.BlockNumber == final.Number
                ? final.Hash
                : (await _chain.FindBlockAsync(checkpoint.BlockNumber, cancellation))?.Hash;
            if (hash == checkpoint.BlockHash)
            {
                break;
            }

            replaced = checkpoints.Length - i;
        }

        if (replaced == 0)
        {
            _halted = null;
            _behind = beyond == 0 ? null
                : $"the endpoint's newest final block is {final.Number}, and block {checkpoints[^1].BlockNumber} was read before";
            return beyond == 0;
        }

        if (replaced == checkpoints.Length && record.IsTrimmed)
        {
            Halt(checkpoints[0], final);
            return false;
        }

        _halted = null;

        LogReorganisation(_logger, checkpoints[^replaced].BlockNumber, replaced);
        await _record.SaveAsync(record.Rewind(replaced));
        _reorganisations++;
        return true;
    }

    /// <summary>Gives the channels that a re-organisation touched their new history. Repeated after a crash.</summary>
    private async Task DeliverRewritten(ulong finalBlock, CancellationToken cancellation)
    {
        if (_record.Newest.Rewritten is { Length: > 0 } rewritten)
        {
            List<(ChannelId Channel, string Error)> failed = await RewriteAll(rewritten, finalBlock, cancellation);
            await Park(record => record with
            {
                Rewritten = [],
                Parked = [.. record.Parked, .. failed.Select(one => ParkedChannel.First(one.Channel, fromBlock: null, one.Error, _clock.NowMs))],
            });
        }
    }

    /// <summary>
    /// Final blocks were replaced further back than is known which channels they concerned, or this is another chain. What
    /// was told may be wrong, and nobody can say what of it: nothing more is told until the endpoint shows the known chain.
    /// </summary>
    private void Halt(FeedCheckpoint oldest, ChainBlock final)
    {
        string reason = $"the chain shown (final block {final.Number}) is another than the one followed before: block "
            + $"{oldest.BlockNumber} was {oldest.BlockHash}. Check the RPC endpoint; if it is right, this silo's state belongs to a chain that is gone.";
        if (_halted is null)
        {
            LogHalted(_logger, reason);
        }

        _halted = reason;
    }
}
