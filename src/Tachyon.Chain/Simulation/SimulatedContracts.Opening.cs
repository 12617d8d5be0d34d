namespace Tachyon.Chain.Simulation;

// The calls before service, and those of proxies.
internal sealed partial class SimulatedContracts
{
    private void OpeningCall(ChainCall? call)
    {
        switch (call)
        {
            case ChainCall.Open c:
                RequireConsumer(c.Terms);
                Open(c.Terms);
                break;
            case ChainCall.OpenWithPermit c:
                RequireConsumer(c.Terms);
                TryPermit(c.Permit);
                Open(c.Terms);
                break;
            case ChainCall.OpenAccepted c:
                OpenAccepted(c);
                break;
            case ChainCall.OpenFor c:
                RequireValid(c.ValidUntilSeconds, rules.MaxValidity);
                RequireSigner(new Open(Id(c.Terms), c.ValidUntilSeconds), c.Signature, c.Terms.Consumer);
                Open(c.Terms);
                break;
            case ChainCall.Confirm c:
                RequireProvider(c.Terms);
                Confirm(c.Terms);
                break;
            case ChainCall.ConfirmFor c:
                RequireValid(c.ValidUntilSeconds, rules.MaxValidity);
                RequireSigner(new Confirm(Id(c.Terms), c.ValidUntilSeconds), c.Signature, c.Terms.Provider);
                Confirm(c.Terms);
                break;
            case ChainCall.Decline c:
                RequireProvider(c.Terms);
                Decline(c.Terms);
                break;
            case ChainCall.DeclineFor c:
                RequireValid(c.ValidUntilSeconds, rules.MaxValidity);
                RequireSigner(new Decline(Id(c.Terms), c.ValidUntilSeconds), c.Signature, c.Terms.Provider);
                Decline(c.Terms);
                break;
            case ChainCall.WithdrawUnconfirmed c:
                WithdrawUnconfirmed(c.Terms);
                break;
            case ChainCall.TopUp c:
                RequireConsumer(c.Terms);
                TopUp(c.Terms, c.NewCapacityBytes);
                break;
            case ChainCall.TopUpFor c:
                RequireValid(c.ValidUntilSeconds, rules.MaxValidity);
                RequireSigner(
                    new TopUp(Id(c.Terms), c.NewCapacityBytes, c.ValidUntilSeconds), c.Signature, c.Terms.Consumer);
                TopUp(c.Terms, c.NewCapacityBytes);
                break;
            case ChainCall.RegisterProxy:
                RegisterProxy();
                break;
            case ChainCall.FillNonce:
                break;
            case ChainCall.StartLeaving:
                StartLeaving();
                break;
            case ChainCall.FinishLeaving:
                FinishLeaving();
                break;
            default:
                throw Refuse(new ContractRefusal.Unrecognised("the call reverted without saying why"));
        }
    }

    private void OpenAccepted(ChainCall.OpenAccepted c)
    {
        RequireConsumer(c.Terms);
        RequireValid(c.ExpirySeconds, rules.MaxAcceptanceValidity);
        var id = Id(c.Terms);
        RequireSigner(new Acceptance(id, c.ExpirySeconds), c.Acceptance, c.Terms.Provider);
        Create(c.Terms, id, ChannelStatus.Active, 0);
        TakeSlot(c.Terms);
        events.Add(at => new ChannelConfirmed(at, id));
        Pull(c.Terms.Consumer, c.Terms.Deposit(c.Terms.CapacityBytes));
    }

    private void Open(Terms terms)
    {
        Create(terms, Id(terms), ChannelStatus.Opened, now + (ulong)rules.ConfirmTimeout.TotalSeconds);
        if (terms.Kind == ChannelKind.Lock)
        {
            RequireKindAllowed(terms);
        }

        Pull(terms.Consumer, terms.Deposit(terms.CapacityBytes));
    }

    private void Create(Terms terms, ChannelId id, ChannelStatus status, ulong deadline)
    {
        if (FaultOf(terms) is { } refusal)
        {
            throw Refuse(refusal);
        }

        var channel = Require(id, ChannelStatus.None);
        Save(id, channel with { Status = status, Capacity = terms.CapacityBytes, Deadline = deadline });
        events.Add(at => new ChannelOpened(at, id, terms, deadline));
    }

    private static ContractRefusal? FaultOf(Terms terms) => terms switch
    {
        { Provider.IsZero: true } => new ContractRefusal.ZeroProvider(),
        _ when terms.Provider == terms.Consumer => new ContractRefusal.SelfChannel(terms.Provider),
        { PricePerMB.IsZero: true } => new ContractRefusal.ZeroPrice(),
        { TolerancePpm: > ProtocolConstants.MaxTolerancePpm }
            => new ContractRefusal.ToleranceTooHigh(terms.TolerancePpm, ProtocolConstants.MaxTolerancePpm),
        { Kind: not (ChannelKind.Direct or ChannelKind.Lock) } => new ContractRefusal.UnknownKind((byte)terms.Kind),
        _ => FaultOf(terms.CapacityBytes),
    };

    private static ContractRefusal? FaultOf(ulong capacity) => capacity switch
    {
        0 => new ContractRefusal.CapacityNotWholeKB(capacity),
        _ when !ByteCounts.IsWholeKB(capacity) => new ContractRefusal.CapacityNotWholeKB(capacity),
        > ProtocolConstants.MaxCapacityBytes
            => new ContractRefusal.CapacityTooLarge(capacity, ProtocolConstants.MaxCapacityBytes),
        _ => null,
    };

    // A permit that fails is ignored: someone may have submitted it first, and then the allowance stands.
    private void TryPermit(SignedPermit signed)
    {
        var nonce = state.PermitNonces.GetValueOrDefault(signed.Permit.Owner);
        var permit = signed.Permit with { Nonce = nonce };
        if (permit.DeadlineSeconds >= now
            && verifier.Verify(permit.Digest(domain.ChainId, deployment.Token), signed.Signature, permit.Owner) == SignatureFault.None)
        {
            state = state with
            {
                PermitNonces = state.PermitNonces.SetItem(permit.Owner, nonce + 1),
                Allowances = state.Allowances.SetItem(permit.Owner, permit.Value),
            };
        }
    }

    private void Confirm(Terms terms)
    {
        var id = Id(terms);
        var channel = Require(id, ChannelStatus.Opened);
        if (now >= channel.Deadline)
        {
            throw Refuse(new ContractRefusal.ConfirmTimeoutOver(id, channel.Deadline, now));
        }

        TakeSlot(terms);
        Save(id, channel with { Status = ChannelStatus.Active, Deadline = 0 });
        events.Add(at => new ChannelConfirmed(at, id));
    }

    private void Decline(Terms terms)
    {
        var refunded = Cancel(terms, Require(Id(terms), ChannelStatus.Opened), ChannelStatus.Declined);
        events.Add(at => new ChannelDeclined(at, Id(terms), refunded));
        Pay(terms.Consumer, refunded);
    }

    private void WithdrawUnconfirmed(Terms terms)
    {
        var id = Id(terms);
        var channel = Require(id, ChannelStatus.Opened);
        if (now < channel.Deadline)
        {
            throw Refuse(new ContractRefusal.ConfirmTimeoutRuns(id, channel.Deadline, now));
        }

        var refunded = Cancel(terms, channel, ChannelStatus.Expired);
        events.Add(at => new ChannelExpired(at, id, refunded));
        Pay(terms.Consumer, refunded);
    }

    private TokenAmount Cancel(Terms terms, SimulatedChannel channel, ChannelStatus status)
    {
        Save(Id(terms), channel with { Status = status, Deadline = 0 });
        return terms.Deposit(channel.Capacity);
    }

    private void TopUp(Terms terms, ulong newCapacity)
    {
        var id = Id(terms);
        var channel = state.Channel(id);
        if (channel.Status is not (ChannelStatus.Opened or ChannelStatus.Active))
        {
            throw Refuse(new ContractRefusal.WrongStatus(id, channel.Status, ChannelStatus.Active));
        }

        if (FaultOf(newCapacity) is { } refusal)
        {
            throw Refuse(refusal);
        }

        if (newCapacity <= channel.Capacity)
        {
            throw Refuse(new ContractRefusal.CapacityNotRaised(newCapacity, channel.Capacity));
        }

        var deposited = terms.TopUpDeposit(channel.Capacity, newCapacity);
        Save(id, channel with { Capacity = newCapacity });
        events.Add(at => new ChannelToppedUp(at, id, newCapacity, deposited));
        Pull(terms.Consumer, deposited);
    }

    private void RegisterProxy()
    {
        var provider = RequireStanding(ProxyStanding.None);
        if (provider.ActiveDirect != 0)
        {
            throw Refuse(new ContractRefusal.DirectChannelsActive(sender, provider.ActiveDirect));
        }

        Save(sender, provider with { Standing = ProxyStanding.Registered });
        events.Add(at => new ProxyRegistered(at, sender, rules.ProxyBond));
        Pull(sender, rules.ProxyBond);
    }

    private void StartLeaving()
    {
        var leavesAt = now + (ulong)rules.LeavingDelay.TotalSeconds;
        Save(sender, RequireStanding(ProxyStanding.Registered) with
        {
            Standing = ProxyStanding.Leaving,
            LeavesAt = leavesAt,
        });
        events.Add(at => new ProxyLeaving(at, sender, leavesAt));
    }

    private void FinishLeaving()
    {
        var provider = RequireStanding(ProxyStanding.Leaving);
        if (provider.ActiveLocks != 0)
        {
            throw Refuse(new ContractRefusal.LocksActive(sender, provider.ActiveLocks));
        }

        if (now < provider.LeavesAt)
        {
            throw Refuse(new ContractRefusal.LeavingDelayRuns(sender, provider.LeavesAt, now));
        }

        Save(sender, provider with { Standing = ProxyStanding.None, LeavesAt = 0 });
        events.Add(at => new ProxyLeft(at, sender, rules.ProxyBond));
        Pay(sender, rules.ProxyBond);
    }

    private SimulatedProvider RequireStanding(ProxyStanding expected)
    {
        var provider = state.Provider(sender);
        return provider.Standing == expected
            ? provider
            : throw Refuse(new ContractRefusal.WrongProxyStatus(sender, provider.Standing, expected));
    }

    private void RequireKindAllowed(Terms terms)
    {
        var standing = state.Provider(terms.Provider).Standing;
        if (terms.Kind == ChannelKind.Lock && standing != ProxyStanding.Registered)
        {
            throw Refuse(new ContractRefusal.ProviderNotProxy(terms.Provider));
        }

        if (terms.Kind != ChannelKind.Lock && standing != ProxyStanding.None)
        {
            throw Refuse(new ContractRefusal.ProviderIsProxy(terms.Provider));
        }
    }

    private void TakeSlot(Terms terms)
    {
        RequireKindAllowed(terms);
        var provider = state.Provider(terms.Provider);
        if (terms.Kind == ChannelKind.Lock)
        {
            Save(terms.Provider, provider with { ActiveLocks = provider.ActiveLocks + 1 });
            return;
        }

        if (provider.ActiveDirect >= rules.MaxActiveChannels)
        {
            throw Refuse(new ContractRefusal.NoFreeSlot(terms.Provider, rules.MaxActiveChannels));
        }

        Save(terms.Provider, provider with { ActiveDirect = provider.ActiveDirect + 1 });
    }

    private void Save(Address account, SimulatedProvider provider)
        => state = state with { Providers = state.Providers.SetItem(account, provider) };

    private void RequireConsumer(Terms terms)
    {
        if (sender != terms.Consumer)
        {
            throw Refuse(new ContractRefusal.NotConsumer(sender, terms.Consumer));
        }
    }

    private void RequireProvider(Terms terms)
    {
        if (sender != terms.Provider)
        {
            throw Refuse(new ContractRefusal.NotProvider(sender, terms.Provider));
        }
    }
}
