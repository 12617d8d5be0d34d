using Tachyon.Grains.Channels;

namespace Tachyon.Grains.Providers;

/// <content>Channels that consumers open to this provider.</content>
internal sealed partial class ProviderGrain
{
    /// <summary>How long a confirm may count as done before the feed has told of it.</summary>
    private const ulong UnseenMs = 300_000;

    /// <inheritdoc />
    public async Task<RelayResult> Confirm(SignedPermission confirm)
    {
        (RelayRefusal refusal, ChannelView? view) = await Check(confirm, ChannelCommand.Confirm);
        if (view is null)
        {
            return RelayResult.Refused(refusal);
        }

        if (await IsPartedFrom(view.Terms.Consumer))
        {
            return RelayResult.Refused(RelayRefusal.Blacklisted);
        }

        await FreeRefused(view.ChannelId);
        await FreeExpiredAcceptances();
        await LearnUsage();
        ProviderRecord record = Newest;
        if (ConfirmPolicy.Check(record, view, NowSeconds, LeastDeposit) is var against and not RelayRefusal.None)
        {
            return RelayResult.Refused(against);
        }

        if (_verifier.Verify(new Confirm(view.ChannelId, confirm.ValidUntilSeconds), _chain.Domain, confirm.Signature, _provider) != SignatureFault.None)
        {
            return RelayResult.Refused(RelayRefusal.WrongSigner);
        }

        if (ProviderSlots.Find(record, view.ChannelId) is { Slot: SlotState.Taken })
        {
            // It was confirmed while this waited.
            return RelayResult.Refused(RelayRefusal.WrongPhase);
        }

        SettlementIntent intent = SettlementIntent.Confirm(view.Terms, confirm);
        if (ProviderSlots.Find(record, view.ChannelId) is { Slot: SlotState.Reserved, OperationId: { } already } && already != intent.OperationId)
        {
            // One confirm per channel at a time: a second one could only fail.
            return RelayResult.Relayed(already);
        }

        bool takesSlot = view.Terms.Kind == ChannelKind.Direct;
        if (takesSlot)
        {
            // The slot is taken durably before anything leaves, so that a crash in between cannot give it away twice.
            await _record.SaveAsync(ProviderSlots.Reserve(record, view, intent.OperationId));
        }

        EnqueueResult enqueued = await GrainFactory.Settlement(_account).Enqueue(intent);
        if (enqueued.Accepted)
        {
            await UpdateDirectory();
            return RelayResult.Relayed(intent.OperationId);
        }

        if (takesSlot && IsReservedFor(view.ChannelId, intent.OperationId))
        {
            await _record.SaveAsync(ProviderSlots.Release(Newest, view.ChannelId));
        }

        return RelayResult.Refused(RelayRefusal.OutboxFull);
    }

    /// <inheritdoc />
    public async Task<RelayResult> Decline(SignedPermission decline, RelayRefusal reason)
    {
        (RelayRefusal refusal, ChannelView? view) = await Check(decline, ChannelCommand.Decline);
        if (view is null)
        {
            return RelayResult.Refused(refusal);
        }

        if (view.Terms.Deposit(view.CapacityBytes) < LeastDeposit)
        {
            // Whoever opens dust that no provider wants would otherwise have this operator pay for each refusal.
            return RelayResult.Refused(RelayRefusal.DepositTooSmall);
        }

        if (_verifier.Verify(new Decline(view.ChannelId, decline.ValidUntilSeconds), _chain.Domain, decline.Signature, _provider) != SignatureFault.None)
        {
            return RelayResult.Refused(RelayRefusal.WrongSigner);
        }

        SettlementIntent intent = SettlementIntent.Decline(view.Terms, decline, reason);
        EnqueueResult enqueued = await GrainFactory.Settlement(_account).Enqueue(intent);
        return enqueued.Accepted ? RelayResult.Relayed(intent.OperationId) : RelayResult.Refused(RelayRefusal.OutboxFull);
    }

    /// <inheritdoc />
    public async Task ChannelChanged(ChannelView view)
    {
        // A slot is taken for what was promised one, as a rule. Otherwise the message may have been held up, or left behind by an
        // activation with its silo, and must not take a slot again that was freed since: so it only says where to look.
        bool isPromised = view.Terms.Kind != ChannelKind.Direct || view.Phase is not (ChannelPhase.Active or ChannelPhase.Closing)
            || ProviderSlots.Find(_record.Newest, view.ChannelId) is not (null or { Slot: SlotState.Offered });
        if (isPromised)
        {
            await LearnAndTell(view);
            return;
        }

        // It is kept as offered and looked at after this call, for which the channel waits: one that ends together with its
        // silo would answer nobody before. If this activation ends too, the provider's edge brings it back (OfferAgain).
        await Learn(view with { Phase = ChannelPhase.Opened });
        _ = LookAt(view);
    }

    /// <summary>Whether one of the two wants nothing to do with the other, or the operator with one of them.</summary>
    private async Task<bool> IsPartedFrom(Address consumer)
    {
        IReadOnlySet<Address> listed = await _blacklist.NodesAsync();
        return listed.Contains(consumer) || listed.Contains(_provider) || await GrainFactory.Reputation(_provider).IsPartedFrom(consumer);
    }

    private async Task LookAt(ChannelView told)
    {
        try
        {
            await LearnAndTell(await GrainFactory.Channel(told.ChannelId).View() ?? told with { Phase = ChannelPhase.None });
        }
#pragma warning disable CA1031 // Nobody waits for this. The channel tells again at its next change, and OfferAgain asks.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private async Task LearnAndTell(ChannelView view)
    {
        await Learn(view);
        await _observers.Push(observer => Push(observer, view));
    }

    private async Task Learn(ChannelView view)
    {
        await RollMonth();
        SeeUsage(view);
        ProviderRecord before = Newest;
        ProviderRecord after = ProviderSlots.Apply(before, view);
        if (ReferenceEquals(before, after))
        {
            await _record.WhenDurableAsync();
            return;
        }

        await _record.SaveAsync(after);
        ForgetUsage();
        if (IsLive)
        {
            await UpdateDirectory();
        }
    }

    /// <summary>
    /// The refusal of a confirm is told in a one-way call, which a silo that dies takes with it; so it is asked for before a
    /// promise is relied on, or the provider could not confirm that channel any more.
    /// </summary>
    private async Task FreeRefused(ChannelId channel)
    {
        if (ProviderSlots.Find(Newest, channel) is not { Slot: SlotState.Reserved, OperationId: { } promised })
        {
            return;
        }

        IntentView? confirm = await GrainFactory.Settlement(_account).Find(promised);

        // One that counts as done, of a channel that is still seen waiting for it, was never mined: an endpoint lied.
        bool isUnseen = confirm is { State: IntentState.Succeeded, EndedAtMs: { } endedAtMs } && endedAtMs + UnseenMs < NowMs;
        if ((confirm is null or { State: IntentState.Refused } || isUnseen) && IsReservedFor(channel, promised))
        {
            await _record.SaveAsync(ProviderSlots.Release(Newest, channel));
        }
    }

    /// <summary>What the chain showed of the channel meanwhile stands above what the outbox says of its confirm.</summary>
    private bool IsReservedFor(ChannelId channel, string operationId) =>
        ProviderSlots.Find(Newest, channel) is { Slot: SlotState.Reserved } known && known.OperationId == operationId;

    private async Task<(RelayRefusal Refusal, ChannelView? View)> Check(SignedPermission permission, ChannelCommand command)
    {
        if (SignedPermissions.CheckTime(permission, NowSeconds) is var late and not RelayRefusal.None)
        {
            return (late, null);
        }

        if (await GrainFactory.Channel(permission.ChannelId).View() is not { } view)
        {
            // The provider sees a channel that this silo does not: perhaps the feed just has not looked yet.
            _feed.Wake();
            return (RelayRefusal.UnknownChannel, null);
        }

        if (view.Terms.Provider != _provider)
        {
            return (RelayRefusal.OtherChannel, null);
        }

        return ChannelLifecycle.Allows(view.Phase, command) ? (RelayRefusal.None, view) : (RelayRefusal.WrongPhase, null);
    }

    private async Task OfferAgain(IProviderObserver observer)
    {
        foreach (ProviderChannel channel in _record.Durable.Channels.Where(channel => channel.Slot is SlotState.Offered or SlotState.Accepted))
        {
            if (await GrainFactory.Channel(channel.ChannelId).View() is { } view)
            {
                await Learn(view);
                await Push(observer, view);
            }
        }
    }

    private Task Push(IProviderObserver observer, ChannelView view) => view.Phase == ChannelPhase.Opened
        ? observer.ChannelOffered(view, ConfirmPolicy.Check(Durable, view, NowSeconds, LeastDeposit))
        : observer.ProviderChannelChanged(view);
}
