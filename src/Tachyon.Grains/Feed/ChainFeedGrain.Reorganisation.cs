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
            return beyond == 0;
        }

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
            await Rewrite(rewritten, finalBlock, cancellation);
            await _record.SaveAsync(_record.Newest with { Rewritten = [] });
        }
    }
}
