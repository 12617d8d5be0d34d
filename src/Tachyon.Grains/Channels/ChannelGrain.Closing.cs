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
                AskFeedToLook();
            }

            return new SubmitClosureResult { Refusal = refusal };
        }

        bool ofConsumer = signer == record.Terms!.Consumer;
        ClosureDecision decision = ClosurePolicy.Decide(record, closure, ofConsumer, NowSeconds);
        if (decision == ClosureDecision.Refuse)
        {
            // Perhaps the contract refused what stands against it, and that was not heard here.
            await LearnEnds();
            record = _record.Newest;
            decision = ClosurePolicy.Decide(record, closure, ofConsumer, NowSeconds);
        }

        switch (decision)
        {
            case ClosureDecision.Refuse:
                return new SubmitClosureResult { Refusal = ClosureRefusal.OtherClosureSigned };
            case ClosureDecision.Keep:
                await Keep(closure, ofConsumer);
                break;
            default:
                await _record.WhenDurableAsync();
                break;
        }

        ChannelEvidence evidence = _record.Durable.Evidence;
        SignedClosure? counterpart = ofConsumer ? evidence.ProviderClosure : evidence.ConsumerClosure;
        if (!ClosurePolicy.IsComplete(_record.Durable, NowSeconds))
        {
            await Push(observer => observer.ClosureOffered(new ClosureOffer { Signer = signer, Closure = closure }));
            return new SubmitClosureResult { Refusal = ClosureRefusal.None, Counterpart = counterpart };
        }

        bool carriedOut = await CarryOut();
        return new SubmitClosureResult
        {
            Refusal = carriedOut ? ClosureRefusal.None : ClosureRefusal.OutboxFull,
            Counterpart = counterpart,
            OperationId = SettlementIntent.CooperativeClose(record.Terms!, evidence.ConsumerClosure!, evidence.ProviderClosure!).OperationId,
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
            AskFeedToLook();
            return RelayResult.Refused(RelayRefusal.UnknownChannel);
        }

        if (!ChannelLifecycle.Allows(record.Phase, ChannelCommand.RequestClose))
        {
            return RelayResult.Refused(RelayRefusal.WrongPhase);
        }

        if (Limits.IsDust(record))
        {
            return RelayResult.Refused(RelayRefusal.DepositTooSmall);
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

        // One of each party is enough, and one that signs another each second must not fill the outbox with what can only fail.
        // The other party's does not count: that may run out before it is sent.
        string asker = signer == terms.Consumer ? ":consumer" : ":provider";
        if (record.Operations.FirstOrDefault(known => known.Kind == IntentKind.StartClose
                && known.OperationId.EndsWith(asker, StringComparison.Ordinal)
                && !Operations.HasEnded(known)) is { } underway)
        {
            return RelayResult.Relayed(underway.OperationId);
        }

        // Evidence that is not durable yet is not shown: what is shown must survive here, to be shown again if need be.
        ChannelEvidence evidence = _record.Durable.Evidence;
        SettlementIntent intent = SettlementIntent.StartClose(
            terms, close, evidence.ConsumerUnit, Limits.IsOwnPool ? null : evidence.ProviderUnit);
        EnqueueResult enqueued = await GrainFactory.Settlement(_account)
            .Enqueue(intent with { OperationId = intent.OperationId + asker });
        if (enqueued.Intent is not { } operation)
        {
            return RelayResult.Refused(RelayRefusal.OutboxFull);
        }

        await _record.SaveAsync(Operations.Add(_record.Newest, operation));
        return RelayResult.Relayed(operation.OperationId);
    }

    private async Task Keep(SignedClosure closure, bool ofConsumer)
    {
        if (ClosurePolicy.IsComplete(With(_record.Newest), NowSeconds))
        {
            // First the deadline: if this silo dies before the outbox holds the close, that brings the channel back to it.
            await SetDeadline(NowSeconds + ChannelPlan.RetrySeconds);
        }

        await _record.SaveAsync(With(_record.Newest));

        ChannelRecord With(ChannelRecord record) => record with
        {
            Evidence = ofConsumer
                ? record.Evidence with { ConsumerClosure = closure }
                : record.Evidence with { ProviderClosure = closure },
        };
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

        if (Limits.IsDust(record))
        {
            return ClosureRefusal.DepositTooSmall;
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
        if (closure.ValidUntilSeconds < now + SignedPermissions.LeastValiditySeconds)
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
