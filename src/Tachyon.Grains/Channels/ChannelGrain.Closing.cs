namespace Tachyon.Grains.Channels;

/// <content>The parties' wishes to end the channel.</content>
internal sealed partial class ChannelGrain
{
    /// <inheritdoc />
    public async Task<SubmitClosureResult> SubmitClosure(SignedClosure closure)
    {
        ChannelRecord record = _record.Newest;
        ClosureRefusal refusal = Check(record, closure, out Address signer);
        if (refusal != ClosureRefusal.None)
        {
            if (refusal == ClosureRefusal.UnknownChannel)
            {
                await AskFeedToLook();
            }

            return new SubmitClosureResult { Refusal = refusal };
        }

        bool ofConsumer = signer == record.Terms!.Consumer;
        ChannelEvidence evidence = ofConsumer
            ? record.Evidence with { ConsumerClosure = closure }
            : record.Evidence with { ProviderClosure = closure };
        await _record.SaveAsync(record with { Evidence = evidence });

        SignedClosure? counterpart = ofConsumer ? evidence.ProviderClosure : evidence.ConsumerClosure;
        if (counterpart?.Closure != closure.Closure)
        {
            await Push(observer => observer.ClosureOffered(new ClosureOffer { Signer = signer, Closure = closure }));
            return new SubmitClosureResult { Refusal = ClosureRefusal.None, Counterpart = counterpart };
        }

        bool carriedOut = await CarryOut();
        return new SubmitClosureResult
        {
            Refusal = carriedOut ? ClosureRefusal.None : ClosureRefusal.OutboxFull,
            Counterpart = counterpart,
            OperationId = SettlementIntent.CooperativeClose(record.Terms, evidence.ConsumerClosure!, evidence.ProviderClosure!).OperationId,
        };
    }

    /// <inheritdoc />
    public async Task<RelayResult> RequestClose(SignedPermission close)
    {
        ChannelRecord record = _record.Newest;
        if (close.ChannelId != _id)
        {
            return RelayResult.Refused(RelayRefusal.OtherChannel);
        }

        if (record.Terms is not { } terms)
        {
            await AskFeedToLook();
            return RelayResult.Refused(RelayRefusal.UnknownChannel);
        }

        if (!ChannelLifecycle.Allows(record.Phase, ChannelCommand.RequestClose))
        {
            return RelayResult.Refused(RelayRefusal.WrongPhase);
        }

        if (SignedPermissions.CheckTime(close, NowSeconds) is var late and not RelayRefusal.None)
        {
            return RelayResult.Refused(late);
        }

        SignatureFault fault = _verifier.Recover(new Close(_id, close.ValidUntilSeconds), _chain.Domain, close.Signature, out Address signer);
        if (fault != SignatureFault.None || (signer != terms.Consumer && signer != terms.Provider))
        {
            return RelayResult.Refused(RelayRefusal.WrongSigner);
        }

        // Evidence that is not durable yet is not shown: what is shown must survive here, to be shown again if need be.
        ChannelEvidence evidence = _record.Durable.Evidence;
        SettlementIntent intent = SettlementIntent.StartClose(terms, close, evidence.ConsumerUnit, evidence.ProviderUnit);
        EnqueueResult enqueued = await GrainFactory.Settlement(_account).Enqueue(intent);
        if (enqueued.Intent is not { } operation)
        {
            return RelayResult.Refused(RelayRefusal.OutboxFull);
        }

        await _record.SaveAsync(Operations.Add(_record.Newest, operation));
        return RelayResult.Relayed(operation.OperationId);
    }

    private ClosureRefusal Check(ChannelRecord record, SignedClosure signed, out Address signer)
    {
        signer = default;
        Closure closure = signed.Closure;
        if (closure.ChannelId != _id)
        {
            return ClosureRefusal.OtherChannel;
        }

        if (record.Terms is not { } terms)
        {
            return ClosureRefusal.UnknownChannel;
        }

        if (!ChannelLifecycle.Allows(record.Phase, ChannelCommand.SubmitClosure))
        {
            return ClosureRefusal.WrongPhase;
        }

        if (!ByteCounts.IsWholeKB(closure.BytesUsed))
        {
            return ClosureRefusal.NotWholeKB;
        }

        if (closure.BytesUsed < record.PaidBytes)
        {
            return ClosureRefusal.BelowPaid;
        }

        if (closure.BytesUsed > record.CapacityBytes)
        {
            return ClosureRefusal.AboveCapacity;
        }

        ulong now = NowSeconds;
        if (closure.ValidUntilSeconds <= now)
        {
            return ClosureRefusal.Expired;
        }

        if (closure.ValidUntilSeconds > now + ProtocolConstants.MaxValiditySeconds)
        {
            return ClosureRefusal.TooFarAhead;
        }

        SignatureFault fault = _verifier.Recover(closure, _chain.Domain, signed.Signature, out signer);
        return fault == SignatureFault.None && (signer == terms.Consumer || signer == terms.Provider)
            ? ClosureRefusal.None
            : ClosureRefusal.WrongSigner;
    }
}
