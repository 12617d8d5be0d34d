namespace Tachyon.Chain.Simulation;

// The calls that pay and end channels.
internal sealed partial class SimulatedContracts
{
    /// <returns>what the provider is to be paid</returns>
    private TokenAmount Claim(ChainCall.Claim c)
    {
        var id = Id(c.Terms);
        var channel = Require(id, ChannelStatus.Active);
        var signer = SignerOf(c.Unit);
        if (signer != c.Terms.Consumer)
        {
            throw Refuse(new ContractRefusal.WrongSigner(signer, c.Terms.Consumer));
        }

        var shown = Math.Min(c.Unit.Unit.BytesUsed, channel.Capacity);
        if (shown <= channel.Paid)
        {
            throw Refuse(new ContractRefusal.RaisesNothing(id, c.Unit.Unit.BytesUsed, channel.Paid));
        }

        var amount = SettlementRules.Claim(c.Terms, shown, channel.Paid);
        Save(id, channel with { Paid = shown, Consumer = shown });
        events.Add(at => new ChannelClaimed(at, id, shown, amount));
        return amount;
    }

    private void CooperativeClose(ChainCall.CooperativeClose c)
    {
        RequireValid(c.ValidUntilSeconds, rules.MaxValidity);
        var id = Id(c.Terms);
        var channel = state.Channel(id);
        if (channel.Status is not (ChannelStatus.Active or ChannelStatus.Closing))
        {
            throw Refuse(new ContractRefusal.WrongStatus(id, channel.Status, ChannelStatus.Active));
        }

        if (!ByteCounts.IsWholeKB(c.BytesUsed))
        {
            throw Refuse(new ContractRefusal.BytesNotWholeKB(c.BytesUsed));
        }

        if (c.BytesUsed < channel.Paid)
        {
            throw Refuse(new ContractRefusal.ClosureBelowPaid(id, c.BytesUsed, channel.Paid));
        }

        if (c.BytesUsed > channel.Capacity)
        {
            throw Refuse(new ContractRefusal.ClosureAboveCapacity(id, c.BytesUsed, channel.Capacity));
        }

        var closure = new Closure(id, c.BytesUsed, c.ValidUntilSeconds);
        RequireSigner(closure, c.ConsumerSignature, c.Terms.Consumer);
        RequireSigner(closure, c.ProviderSignature, c.Terms.Provider);

        var outcome = SettlementRules.CloseCooperatively(c.Terms, channel.Capacity, c.BytesUsed, channel.Paid);
        End(c.Terms, id, channel with { Paid = c.BytesUsed });
        events.Add(at => new ChannelClosed(at, id, c.BytesUsed));
        Pay(c.Terms.Provider, outcome.PaidNow);
        Pay(c.Terms.Consumer, outcome.Refunded);
    }

    private void StartCloseFor(ChainCall.StartCloseFor c)
    {
        RequireValid(c.ValidUntilSeconds, rules.MaxValidity);
        RequireParty(c.Terms, Recover(new Close(Id(c.Terms), c.ValidUntilSeconds), c.Signature));
        StartClose(c.Terms, c.ConsumerUnit, c.ProviderUnit);
    }

    private void StartClose(Terms terms, SignedUnit? consumerUnit, SignedUnit? providerUnit)
    {
        var id = Id(terms);
        var channel = Require(id, ChannelStatus.Active);
        var closing = channel with
        {
            Status = ChannelStatus.Closing,
            // Units below what is recorded are no error: a claim of the same unit may have come first.
            Consumer = Math.Max(channel.Consumer, Shown(consumerUnit, channel, terms.Consumer)),
            Provider = Shown(providerUnit, channel, terms.Provider),
            Deadline = now + (ulong)rules.ChallengePeriod.TotalSeconds,
        };
        Save(id, closing);
        events.Add(at => new ChannelClosing(at, id, closing.Consumer, closing.Provider, closing.Deadline));
    }

    private ulong Shown(SignedUnit? unit, SimulatedChannel channel, Address party)
    {
        // No bytes say that there is no unit.
        if (unit is null || unit.Unit.BytesUsed == 0)
        {
            return 0;
        }

        var signer = SignerOf(unit);
        return signer == party
            ? Math.Min(unit.Unit.BytesUsed, channel.Capacity)
            : throw Refuse(new ContractRefusal.WrongSigner(signer, party));
    }

    private void Challenge(ChainCall.Challenge c)
    {
        var id = Id(c.Terms);
        var channel = Require(id, ChannelStatus.Closing);
        var signer = SignerOf(c.Unit);
        RequireParty(c.Terms, signer);
        var isConsumer = signer == c.Terms.Consumer;
        var shown = Math.Min(c.Unit.Unit.BytesUsed, channel.Capacity);
        var recorded = isConsumer ? channel.Consumer : channel.Provider;
        if (shown <= recorded)
        {
            throw Refuse(new ContractRefusal.RaisesNothing(id, c.Unit.Unit.BytesUsed, recorded));
        }

        var challenged = isConsumer ? channel with { Consumer = shown } : channel with { Provider = shown };
        Save(id, challenged);
        events.Add(at => new ChannelChallenged(at, id, challenged.Consumer, challenged.Provider));
    }

    private void Settle(Terms terms)
    {
        var id = Id(terms);
        var channel = Require(id, ChannelStatus.Closing);
        if (now < channel.Deadline)
        {
            throw Refuse(new ContractRefusal.ChallengePeriodRuns(id, channel.Deadline, now));
        }

        var outcome = SettlementRules.Settle(terms, channel.Capacity, channel.Consumer, channel.Provider, channel.Paid);
        End(terms, id, channel with { Paid = channel.Consumer });
        events.Add(at => new ChannelSettled(
            at, id, channel.Consumer, channel.Provider, outcome.Paid, outcome.Burned, outcome.Refunded));
        Pay(terms.Provider, outcome.PaidNow);
        Pay(terms.Consumer, outcome.Refunded);
        Burn(outcome.Burned);
    }

    private void End(Terms terms, ChannelId id, SimulatedChannel channel)
    {
        Save(id, channel with { Status = ChannelStatus.Settled, Deadline = 0 });
        var provider = state.Provider(terms.Provider);
        Save(terms.Provider, terms.Kind == ChannelKind.Lock
            ? provider with { ActiveLocks = provider.ActiveLocks - 1 }
            : provider with { ActiveDirect = provider.ActiveDirect - 1 });
    }

    private Address SignerOf(SignedUnit unit)
        => ByteCounts.IsWholeKB(unit.Unit.BytesUsed)
            ? Recover(unit.Unit, unit.Signature)
            : throw Refuse(new ContractRefusal.BytesNotWholeKB(unit.Unit.BytesUsed));
}
