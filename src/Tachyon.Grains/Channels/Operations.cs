namespace Tachyon.Grains.Channels;

/// <summary>The list of a channel's operations on chain.</summary>
internal static class Operations
{
    /// <summary>The most that a record keeps; ended ones make room for new ones, oldest first.</summary>
    internal const int MaxKept = 16;

    /// <summary>The record with the operation added, or with its newer state.</summary>
    internal static ChannelRecord Add(ChannelRecord record, IntentView operation)
    {
        List<IntentView> operations = [.. record.Operations];
        int at = operations.FindIndex(known => known.OperationId == operation.OperationId);
        if (at >= 0)
        {
            operations[at] = operation;
        }
        else
        {
            operations.Add(operation);
        }

        if (operations.Count > MaxKept && operations.FindIndex(HasEnded) is var oldest and >= 0)
        {
            operations.RemoveAt(oldest);
        }

        return record with { Operations = [.. operations] };
    }

    /// <summary>The record without the operation.</summary>
    internal static ChannelRecord Remove(ChannelRecord record, IntentView operation) =>
        record with { Operations = [.. record.Operations.Where(known => known.OperationId != operation.OperationId)] };

    /// <summary>The operation; null when the record does not hold it.</summary>
    internal static IntentView? Find(ChannelRecord record, string operationId) =>
        record.Operations.FirstOrDefault(known => known.OperationId == operationId);

    /// <summary>
    /// The operation if it can be asked for: under its own name the first time, and where that has ended without the effect
    /// that is wanted, under the name of another attempt. Null while one is on its way, or this attempt was made already.
    /// </summary>
    /// <param name="record">The channel.</param>
    /// <param name="intent">What is wanted.</param>
    /// <param name="attempt">Grows with time, so that there are few attempts; the same until the next is due.</param>
    internal static SettlementIntent? Unknown(ChannelRecord record, SettlementIntent intent, ulong attempt)
    {
        if (Find(record, intent.OperationId) is not { } first)
        {
            return intent;
        }

        SettlementIntent again = intent with { OperationId = $"{intent.OperationId}:{attempt}" };
        return HasEnded(first) && attempt > 0 && Find(record, again.OperationId) is null ? again : null;
    }

    /// <summary>True when nothing more will happen to it.</summary>
    internal static bool HasEnded(IntentView operation) => operation.State is IntentState.Succeeded or IntentState.Refused;
}
