namespace Tachyon.Grains.Channels;

/// <content>What the operator asks for.</content>
internal sealed partial class ChannelGrain
{
    /// <inheritdoc />
    public async Task<IntentView[]> ActNow(bool claim)
    {
        // However little it is worth: the operator pays the gas and says so. But a claim must not overtake a close that both
        // parties signed, which pays too.
        if (claim
            && !ClosurePolicy.IsComplete(_record.Durable, NowSeconds)
            && ClaimPolicy.Due(_record.Durable, TokenAmount.Zero) is { } intent)
        {
            EnqueueResult enqueued = await GrainFactory.Settlement(_account).Enqueue(intent);
            if (enqueued.Intent is { } operation)
            {
                await _record.SaveAsync(Operations.Add(_record.Newest, operation));
            }
        }

        await CarryOut(byHand: true);
        LetGoIfUnknown();
        return [.. _record.Durable.Operations.Where(operation => !Operations.HasEnded(operation))];
    }
}
