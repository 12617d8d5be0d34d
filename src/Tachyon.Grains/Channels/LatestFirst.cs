using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Channels;

/// <summary>
/// Holds back calls that come while a write is under way, since their own write has to wait for it anyway, and then lets
/// the last one in first. What that one brings is as a rule the newest, so the others find that they add nothing and need
/// no check: under load a channel's signatures are checked once for each write and not for each call.
/// </summary>
/// <remarks>Order is all that this decides. Every call still judges its own units. Used on the activation's scheduler only.</remarks>
internal sealed class LatestFirst<T>(DurableRecord<T> record)
    where T : class
{
    // A channel has no load most of the time, and there may be a million of them.
    private Stack<TaskCompletionSource>? _held;

    /// <summary>Completes when it is the caller's turn; at once when nothing is being written.</summary>
    internal Task WaitAsync()
    {
        if (!record.IsWriting)
        {
            return Task.CompletedTask;
        }

        // Asynchronous, so that all turns come one after the other in the order in which they are given.
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_held is { Count: > 0 })
        {
            _held.Push(turn);
        }
        else
        {
            _held ??= new Stack<TaskCompletionSource>();
            _held.Push(turn);
            _ = ReleaseAsync(record.WrittenAsync());
        }

        return turn.Task;
    }

    private async Task ReleaseAsync(Task written)
    {
        // How the write ended is for those who wait for it; the calls held here will find the record as it is then.
        await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        while (_held!.TryPop(out TaskCompletionSource? turn))
        {
            turn.SetResult();
        }

        _held = null;
    }
}
