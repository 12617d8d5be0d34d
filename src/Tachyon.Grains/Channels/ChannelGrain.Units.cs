using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Channels;

/// <content>Evidence coming in.</content>
internal sealed partial class ChannelGrain
{
    /// <inheritdoc />
    public async Task<SubmitUnitsResult> SubmitUnits(UnitBatch batch)
    {
        await _unitTurns.WaitAsync();
        ChannelRecord record = _record.Newest;
        int count = batch.ConsumerUnits.Length + batch.ProviderUnits.Length;
        if (count is 0 or > UnitBatch.MaxUnits)
        {
            return Answer(UnitRefusal.BatchSize);
        }

        if (record.Terms is null)
        {
            AskFeedToLook();
            return Answer(UnitRefusal.UnknownChannel);
        }

        SignedUnit? consumerUnit = Newest(batch.ConsumerUnits);
        SignedUnit? providerUnit = Newest(batch.ProviderUnits);

        // Before anything that tells how the channel stands.
        if (UnitCheck.WhoseOther(record.Terms, _id, consumerUnit) is var other and not UnitRefusal.None)
        {
            return Answer(other, consumerUnit);
        }

        if (UnitCheck.WhoseOther(record.Terms, _id, providerUnit) is var others and not UnitRefusal.None)
        {
            return Answer(others, providerUnit, ofProvider: true);
        }

        if (!ChannelLifecycle.Allows(record.Phase, ChannelCommand.SubmitUnits))
        {
            return Answer(UnitRefusal.WrongPhase);
        }

        ChannelEvidence known = record.Evidence;
        ulong nowMs = NowMs;
        UnitRefusal consumerRefusal = consumerUnit is null
            ? UnitRefusal.None
            : _unitCheck.Check(record, consumerUnit, known.ConsumerUnit, record.Terms.Consumer, nowMs);
        if (consumerRefusal is not (UnitRefusal.None or UnitRefusal.Contradiction))
        {
            return Answer(consumerRefusal, consumerUnit);
        }

        UnitRefusal providerRefusal = providerUnit is null
            ? UnitRefusal.None
            : _unitCheck.Check(record, providerUnit, known.ProviderUnit, record.Terms.Provider, nowMs);
        if (providerRefusal is not (UnitRefusal.None or UnitRefusal.Contradiction))
        {
            return Answer(providerRefusal, providerUnit, ofProvider: true);
        }

        // What proves a contradiction is kept whether or not the unit itself is taken.
        known = WithContradictions(known, batch, consumerUnit, providerUnit, record.Terms);
        if (consumerRefusal != UnitRefusal.None || providerRefusal != UnitRefusal.None)
        {
            if (known != record.Evidence)
            {
                await _record.SaveAsync(record with { Evidence = known });
            }

            return consumerRefusal != UnitRefusal.None
                ? Answer(consumerRefusal, consumerUnit)
                : Answer(providerRefusal, providerUnit, ofProvider: true);
        }

        bool consumerIsNew = Adds(consumerUnit, known.ConsumerUnit);
        bool providerIsNew = Adds(providerUnit, known.ProviderUnit);
        if (!consumerIsNew && !providerIsNew && known == record.Evidence)
        {
            // Known already, though perhaps not yet on disk.
            await _record.WhenDurableAsync();
            return Answer(UnitRefusal.None);
        }

        ChannelRecord next = record with
        {
            Evidence = known with
            {
                ConsumerUnit = consumerIsNew ? consumerUnit : known.ConsumerUnit,
                ProviderUnit = providerIsNew ? providerUnit : known.ProviderUnit,
            },
            StepUnit = consumerIsNew && IsStep(record, consumerUnit!) ? consumerUnit : record.StepUnit,
        };
        await _record.SaveAsync(next);
        ChannelMeter.UnitsKept((consumerIsNew ? 1 : 0) + (providerIsNew ? 1 : 0), count - (consumerUnit is null ? 0 : 1) - (providerUnit is null ? 0 : 1));
        if (consumerIsNew)
        {
            Count(record.Terms, ChannelFigures.ConsumerBytes(next) - ChannelFigures.ConsumerBytes(record));
        }

        if (providerIsNew)
        {
            ChannelMeter.ProviderStated(providerUnit!.Unit.BytesUsed, (consumerIsNew ? consumerUnit : known.ConsumerUnit)?.Unit.BytesUsed ?? 0);
        }

        await CarryOutAfterUnits();
        return Answer(UnitRefusal.None);
    }

    private void Count(Terms terms, ulong bytes)
    {
        double tokens = ChannelMeter.Used(terms, bytes);
        _tally.Add(bytes, tokens);
    }

    private bool IsStep(ChannelRecord record, SignedUnit unit) =>
        record.Terms!.Kind == ChannelKind.Lock && RouteSteps.IsStep(unit.Unit.BytesUsed, _routeStepBytes, record.CapacityBytes);

    private ChannelEvidence WithContradictions(
        ChannelEvidence known, UnitBatch batch, SignedUnit? consumerUnit, SignedUnit? providerUnit, Terms terms)
    {
        Contradiction? ofConsumer = _contradictionCheck.Find(
            batch.ConsumerUnits, consumerUnit, known.ConsumerUnit, known.ConsumerContradiction, terms.Consumer);
        Contradiction? ofProvider = _contradictionCheck.Find(
            batch.ProviderUnits, providerUnit, known.ProviderUnit, known.ProviderContradiction, terms.Provider);
        return ofConsumer is null && ofProvider is null ? known : known with
        {
            ConsumerContradiction = ofConsumer ?? known.ConsumerContradiction,
            ProviderContradiction = ofProvider ?? known.ProviderContradiction,
        };
    }

    private static SignedUnit? Newest(SignedUnit[] units)
    {
        SignedUnit? newest = null;
        foreach (SignedUnit unit in units)
        {
            newest = UnitOrder.Newest(newest, unit);
        }

        return newest;
    }

    private static bool Adds(SignedUnit? unit, SignedUnit? known) =>
        unit is not null && (known is null || UnitOrder.Supersedes(unit.Unit, known.Unit));

    private SubmitUnitsResult Answer(UnitRefusal refusal, SignedUnit? refused = null, bool ofProvider = false)
    {
        if (refusal != UnitRefusal.None)
        {
            ChannelMeter.UnitsRefused(refusal);
        }

        ChannelEvidence durable = _record.Durable.Evidence;
        return new SubmitUnitsResult
        {
            Refusal = refusal,
            IsActive = _record.Newest.Phase == ChannelPhase.Active,
            RefusedIndex = refused?.Unit.Index ?? 0,
            RefusedProvider = ofProvider,
            ConsumerIndex = durable.ConsumerUnit?.Unit.Index ?? 0,
            ConsumerBytes = durable.ConsumerUnit?.Unit.BytesUsed ?? 0,
            ProviderIndex = durable.ProviderUnit?.Unit.Index ?? 0,
            ProviderBytes = durable.ProviderUnit?.Unit.BytesUsed ?? 0,
        };
    }
}
