namespace Tachyon.Chain.Tests.Conformance;

// A channel's life, call by call.
public abstract partial class ChainConformance
{
    [Fact]
    public async Task Open_WithAllowance_PutsTheDepositInEscrowAndShowsTheWholeTerms()
    {
        var before = await BalanceAsync(Consumer);
        var terms = await OpenAsync();

        var view = await ViewAsync(terms);
        var rules = await Chain.GetRulesAsync();
        Assert.Equal(ChannelStatus.Opened, view.Status);
        Assert.Equal(CapacityBytes, view.CapacityBytes);
        Assert.Equal(await NowAsync(), view.OpenedAtSeconds(rules));
        Assert.Equal(before - terms.Deposit(CapacityBytes), await BalanceAsync(Consumer));

        var opened = Assert.IsType<ChannelOpened>(Assert.Single(await EventsAsync(terms)));
        Assert.Equal(terms, opened.Terms);
        Assert.Equal(view.DeadlineSeconds, opened.ConfirmBeforeSeconds);
        Assert.Equal((await Chain.FindBlockAsync(opened.At.BlockNumber))!.Hash, opened.At.BlockHash);
    }

    [Fact]
    public async Task GetChannel_NeverOpened_IsNone()
        => Assert.Equal(ChannelView.None, await ViewAsync(NewTerms()));

    [Fact]
    public async Task ConsumerAccount_WithoutAllowance_OpensWithAPermitInOneTransaction()
    {
        using var account = new ConsumerAccount(Chain, Consumer.Account, Testing.Chain.ContractsFixture.Sending);
        var nonce = await Chain.GetNonceAsync(Consumer.Address, NonceScope.Mined);
        var terms = NewTerms();

        var outcome = await account.OpenAsync(terms);

        Assert.True(outcome.Succeeded, outcome.Refusal?.ToString());
        Assert.Equal(ChannelStatus.Opened, (await ViewAsync(terms)).Status);
        Assert.Equal(nonce + 1, await Chain.GetNonceAsync(Consumer.Address, NonceScope.Mined));
    }

    [Fact]
    public async Task ConsumerAccount_WhosePermitIsNotTaken_ApprovesInstead()
    {
        using var account = new ConsumerAccount(
            Chain, new BadPermits(Consumer.Account), Testing.Chain.ContractsFixture.Sending);
        var terms = NewTerms();

        var outcome = await account.OpenAsync(terms);

        Assert.True(outcome.Succeeded, outcome.Refusal?.ToString());
        Assert.Equal(ChannelStatus.Opened, (await ViewAsync(terms)).Status);
        Assert.Equal(2UL, await Chain.GetNonceAsync(Consumer.Address, NonceScope.Mined));
    }

    [Fact]
    public async Task ConsumerAccount_TopUp_PaysTheDifferenceOfTheDeposits()
    {
        using var account = new ConsumerAccount(Chain, Consumer.Account, Testing.Chain.ContractsFixture.Sending);
        var terms = await OpenAsync();
        var before = await BalanceAsync(Consumer);

        var outcome = await account.TopUpAsync(terms, CapacityBytes + 1_000);

        Assert.True(outcome.Succeeded, outcome.Refusal?.ToString());
        Assert.Equal(CapacityBytes + 1_000, (await ViewAsync(terms)).CapacityBytes);
        var deposited = terms.TopUpDeposit(CapacityBytes, CapacityBytes + 1_000);
        Assert.Equal(before - deposited, await BalanceAsync(Consumer));
        var toppedUp = Assert.IsType<ChannelToppedUp>((await EventsAsync(terms))[^1]);
        Assert.Equal((CapacityBytes + 1_000, deposited), (toppedUp.CapacityBytes, toppedUp.Deposited));
    }

    [Fact]
    public async Task ConfirmFor_RelayedByAStranger_ActivatesAndTakesASlot()
    {
        var relayer = await NewPartyAsync();
        var terms = await OpenAsync();
        var confirm = new Confirm(Id(terms), await InAnHourAsync());

        await relayer.DoAsync(new ChainCall.ConfirmFor(
            terms, confirm.ValidUntilSeconds, Provider.Node.Sign(confirm, Chain.Domain)));

        Assert.Equal(ChannelStatus.Active, (await ViewAsync(terms)).Status);
        Assert.Equal(1, await Chain.CountActiveChannelsAsync(Provider.Address, ReadAt.Latest));
        Assert.IsType<ChannelConfirmed>((await EventsAsync(terms))[^1]);
    }

    [Fact]
    public async Task OpenAccepted_WithTheProvidersAcceptance_IsActiveAtOnce()
    {
        var terms = NewTerms();
        var acceptance = new Acceptance(Id(terms), await NowAsync() + 300);
        await Consumer.DoAsync(new ChainCall.Approve(terms.Deposit(CapacityBytes)));

        await Consumer.DoAsync(new ChainCall.OpenAccepted(
            terms, acceptance.ExpirySeconds, Provider.Node.Sign(acceptance, Chain.Domain)));

        Assert.Equal(ChannelStatus.Active, (await ViewAsync(terms)).Status);
        Assert.Collection(
            await EventsAsync(terms), e => Assert.IsType<ChannelOpened>(e), e => Assert.IsType<ChannelConfirmed>(e));
    }

    [Fact]
    public async Task OpenForAndTopUpFor_RelayedByAStranger_ChargeTheConsumer()
    {
        var relayer = await NewPartyAsync();
        var terms = NewTerms();
        var validUntil = await InAnHourAsync();
        const ulong Raised = CapacityBytes + 5_000;
        await Consumer.DoAsync(new ChainCall.Approve(terms.Deposit(Raised)));
        var before = await BalanceAsync(Consumer);

        await relayer.DoAsync(new ChainCall.OpenFor(
            terms, validUntil, Consumer.Node.Sign(new Open(Id(terms), validUntil), Chain.Domain)));
        await relayer.DoAsync(new ChainCall.TopUpFor(
            terms, Raised, validUntil, Consumer.Node.Sign(new TopUp(Id(terms), Raised, validUntil), Chain.Domain)));

        Assert.Equal(Raised, (await ViewAsync(terms)).CapacityBytes);
        Assert.Equal(before - terms.Deposit(Raised), await BalanceAsync(Consumer));
    }

    [Fact]
    public async Task Decline_ByTheProviderOrItsSignature_ReturnsTheDeposit()
    {
        var before = await BalanceAsync(Consumer);
        var first = await OpenAsync();
        var second = await OpenAsync();
        var decline = new Decline(Id(second), await InAnHourAsync());

        await Provider.DoAsync(new ChainCall.Decline(first));
        await Consumer.DoAsync(new ChainCall.DeclineFor(
            second, decline.ValidUntilSeconds, Provider.Node.Sign(decline, Chain.Domain)));

        Assert.Equal(before, await BalanceAsync(Consumer));
        Assert.Equal(ChannelStatus.Declined, (await ViewAsync(first)).Status);
        var declined = Assert.IsType<ChannelDeclined>((await EventsAsync(second))[^1]);
        Assert.Equal(second.Deposit(CapacityBytes), declined.Refunded);
    }

    [Fact]
    public async Task WithdrawUnconfirmed_OnlyAfterTheTimeout_ReturnsTheDeposit()
    {
        var before = await BalanceAsync(Consumer);
        var terms = await OpenAsync();
        var rules = await Chain.GetRulesAsync();

        await Provider.RefusedAsync<ContractRefusal.ConfirmTimeoutRuns>(new ChainCall.WithdrawUnconfirmed(terms));
        await Stage.AdvanceTimeAsync(rules.ConfirmTimeout);
        await Provider.RefusedAsync<ContractRefusal.ConfirmTimeoutOver>(new ChainCall.Confirm(terms));
        await Provider.DoAsync(new ChainCall.WithdrawUnconfirmed(terms));

        Assert.Equal(before, await BalanceAsync(Consumer));
        Assert.Equal(ChannelStatus.Expired, (await ViewAsync(terms)).Status);
        Assert.IsType<ChannelExpired>((await EventsAsync(terms))[^1]);
    }

    [Fact]
    public async Task Claim_HigherUnits_PaysEachByteOnce()
    {
        var before = await BalanceAsync(Provider);
        var terms = await OpenActiveAsync();

        await Provider.DoAsync(new ChainCall.Claim(terms, Unit(terms, Consumer, 5_001_000)));
        await Provider.DoAsync(new ChainCall.Claim(terms, Unit(terms, Consumer, 12_345_000, 2)));

        Assert.Equal(before + terms.Price(12_345_000), await BalanceAsync(Provider));
        Assert.Equal(12_345_000UL, (await ViewAsync(terms)).PaidBytes);
        var claimed = Assert.IsType<ChannelClaimed>((await EventsAsync(terms))[^1]);
        Assert.Equal((12_345_000UL, SettlementRules.Claim(terms, 12_345_000, 5_001_000)), (claimed.BytesPaid, claimed.Amount));
    }

    [Fact]
    public async Task ClaimMany_OneBadItem_IsSkippedWithItsReasonAndTheOthersArePaid()
    {
        var before = await BalanceAsync(Provider);
        var good = await OpenActiveAsync();
        var bad = await OpenAsync();

        await Provider.DoAsync(new ChainCall.ClaimMany(
            [new ChainCall.Claim(bad, Unit(bad, Consumer, 1_000)), new ChainCall.Claim(good, Unit(good, Consumer, 7_000))]));

        Assert.Equal(before + good.Price(7_000), await BalanceAsync(Provider));
        var skipped = Assert.IsType<BatchItemSkipped>((await EventsAsync(bad))[^1]);
        Assert.Equal(0, skipped.Position);
        Assert.Equal(
            new ContractRefusal.WrongStatus(Id(bad), ChannelStatus.Opened, ChannelStatus.Active), skipped.Reason);
    }

    [Fact]
    public async Task CooperativeClose_WithBothSignatures_PaysRefundsAndFreesTheSlot()
    {
        var (consumer, provider) = (await BalanceAsync(Consumer), await BalanceAsync(Provider));
        var relayer = await NewPartyAsync();
        var terms = await OpenActiveAsync();

        await relayer.DoAsync(await ClosureAsync(terms, 42_000_000));

        var paid = terms.Price(42_000_000);
        Assert.Equal(provider + paid, await BalanceAsync(Provider));
        Assert.Equal(consumer - paid, await BalanceAsync(Consumer));
        Assert.Equal(0, await Chain.CountActiveChannelsAsync(Provider.Address, ReadAt.Latest));
        var closed = Assert.IsType<ChannelClosed>((await EventsAsync(terms))[^1]);
        Assert.Equal(42_000_000UL, closed.BytesUsed);
    }

    [Fact]
    public async Task StartCloseChallengeSettle_InDispute_BurnsWhatTheRulesSay()
    {
        var (consumer, provider) = (await BalanceAsync(Consumer), await BalanceAsync(Provider));
        var terms = await OpenActiveAsync(NewTerms(tolerancePpm: 0));
        var rules = await Chain.GetRulesAsync();

        await Consumer.DoAsync(new ChainCall.StartClose(terms, Unit(terms, Consumer, 3_000_000), null));
        await Provider.DoAsync(new ChainCall.Challenge(terms, Unit(terms, Provider, 9_000_000)));
        await Provider.RefusedAsync<ContractRefusal.ChallengePeriodRuns>(new ChainCall.Settle(terms));
        await Stage.AdvanceTimeAsync(rules.ChallengePeriod);
        await Provider.DoAsync(new ChainCall.Settle(terms));

        var outcome = SettlementRules.Settle(terms, CapacityBytes, 3_000_000, 9_000_000);
        Assert.False(outcome.Burned.IsZero);
        Assert.Equal(provider + outcome.Paid, await BalanceAsync(Provider));
        Assert.Equal(consumer - outcome.Charged, await BalanceAsync(Consumer));
        Assert.Collection(
            (await EventsAsync(terms)).Skip(2),
            e => Assert.Equal((3_000_000UL, 0UL), (Assert.IsType<ChannelClosing>(e).ConsumerBytes, ((ChannelClosing)e).ProviderBytes)),
            e => Assert.Equal(9_000_000UL, Assert.IsType<ChannelChallenged>(e).ProviderBytes),
            e =>
            {
                var settled = Assert.IsType<ChannelSettled>(e);
                Assert.Equal(
                    (outcome.Paid, outcome.Burned, outcome.Refunded), (settled.Paid, settled.Burned, settled.Refunded));
            });
    }

    [Fact]
    public async Task StartCloseFor_SignedByAParty_ClosesAndSettleManySkipsWhatIsNotDue()
    {
        var relayer = await NewPartyAsync();
        var closing = await OpenActiveAsync();
        var active = await OpenActiveAsync();
        var close = new Close(Id(closing), await InAnHourAsync());

        await relayer.DoAsync(new ChainCall.StartCloseFor(
            closing, null, Unit(closing, Provider, 8_000), close.ValidUntilSeconds, Provider.Node.Sign(close, Chain.Domain)));
        await Stage.AdvanceTimeAsync((await Chain.GetRulesAsync()).ChallengePeriod);
        await relayer.DoAsync(new ChainCall.SettleMany([active, closing]));

        Assert.Equal(ChannelStatus.Settled, (await ViewAsync(closing)).Status);
        Assert.Equal(ChannelStatus.Active, (await ViewAsync(active)).Status);
        Assert.IsType<BatchItemSkipped>((await EventsAsync(active))[^1]);
    }

    [Fact]
    public async Task Proxy_RegisteredWithABond_TakesLocksOnlyAndGetsTheBondBack()
    {
        // The bond is all that a party has, so what is left of it shows whether it came back.
        var proxy = Provider;
        var wealth = await BalanceAsync(proxy);
        var rules = await Chain.GetRulesAsync();
        Assert.Equal((wealth, TimeSpan.FromDays(7)), (rules.ProxyBond, rules.LeavingDelay));
        Assert.Equal(ProxyView.None, await Chain.GetProxyAsync(proxy.Address, ReadAt.Latest));
        await proxy.DoAsync(new ChainCall.Approve(wealth));
        await proxy.DoAsync(new ChainCall.RegisterProxy());
        Assert.True((await BalanceAsync(proxy)).IsZero);
        Assert.Equal(
            new ContractRefusal.WrongProxyStatus(proxy.Address, ProxyStanding.Registered, ProxyStanding.None),
            await proxy.RefusedAsync<ContractRefusal.WrongProxyStatus>(new ChainCall.RegisterProxy()));

        var direct = await OpenAsync();
        await proxy.RefusedAsync<ContractRefusal.ProviderIsProxy>(new ChainCall.Confirm(direct));
        var locked = await OpenActiveAsync(NewTerms(kind: ChannelKind.Lock));
        Assert.Equal(0, await Chain.CountActiveChannelsAsync(proxy.Address, ReadAt.Latest));
        Assert.Equal(
            new ProxyView(ProxyStanding.Registered, 0, 1), await Chain.GetProxyAsync(proxy.Address, ReadAt.Latest));

        await proxy.DoAsync(new ChainCall.StartLeaving());
        var leavesAt = await NowAsync() + (ulong)rules.LeavingDelay.TotalSeconds;
        Assert.Equal(
            new ProxyView(ProxyStanding.Leaving, leavesAt, 1), await Chain.GetProxyAsync(proxy.Address, ReadAt.Final));
        await proxy.RefusedAsync<ContractRefusal.LocksActive>(new ChainCall.FinishLeaving());
        await Consumer.DoAsync(await ClosureAsync(locked, 10_000_000));
        await proxy.RefusedAsync<ContractRefusal.LeavingDelayRuns>(new ChainCall.FinishLeaving());
        await Stage.AdvanceTimeAsync(rules.LeavingDelay);
        await proxy.DoAsync(new ChainCall.FinishLeaving());
        Assert.Equal(ProxyView.None, await Chain.GetProxyAsync(proxy.Address, ReadAt.Latest));

        Assert.Equal(wealth + locked.Price(10_000_000), await BalanceAsync(proxy));
        var newest = await Chain.GetBlockAsync(ReadAt.Latest);
        var events = await Chain.GetEventsAsync(Chain.Deployment.DeployedAtBlock, newest.Number);
        Assert.Contains(events, e => e is ProxyRegistered r && r.Proxy == proxy.Address && r.Bond == wealth);
        Assert.Contains(events, e => e is ProxyLeaving l && l.Proxy == proxy.Address);
        Assert.Contains(events, e => e is ProxyLeft l && l.Proxy == proxy.Address && l.Bond == wealth);
    }
}
