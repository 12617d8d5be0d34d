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

    /// <summary>True when nothing more will happen to it.</summary>
    internal static bool HasEnded(IntentView operation) => operation.State is IntentState.Succeeded or IntentState.Refused;
}
