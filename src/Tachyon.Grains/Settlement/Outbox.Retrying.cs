namespace Tachyon.Grains.Settlement;

/// <content>Operations that the operator wants to be tried now.</content>
internal sealed partial class Outbox
{
    /// <summary>Memory only: whoever asked looks what came of it, and asks again.</summary>
    private readonly HashSet<string> _retriesWanted = [];

    /// <summary>Has the next round try an operation, whatever it waits for. False when it is unknown or had its effect.</summary>
    internal bool Retry(string operationId) =>
        _ledger.Find(operationId) is { State: not IntentState.Succeeded } && _retriesWanted.Add(operationId);

    /// <summary>The round alone changes operations that are there, so what was asked for meanwhile is done here.</summary>
    private async Task RetryWanted()
    {
        var changed = new List<OutboxEntry>();
        foreach (string id in _retriesWanted.ToArray())
        {
            _retriesWanted.Remove(id);
            _notBeforeMs.Remove(id);
            _unworthy.Remove(id);
            switch (_ledger.Find(id))
            {
                case { State: IntentState.Refused } refused:
                    // The contract does nothing twice, so that trying again what it refused can only do what was wanted.
                    changed.Add(refused.QueuedAgain() with { Refusal = null, EndedAtMs = 0 });
                    break;
                case { State: IntentState.Queued, NotBeforeMs: > 0 } waiting:
                    changed.Add(waiting with { NotBeforeMs = 0 });
                    break;
                case { IsUnmined: true } stuck:
                    _underpriced.Add(stuck.Newest.Hash);
                    break;
                default:
                    break;
            }
        }

        await Save(changed);
    }
}
