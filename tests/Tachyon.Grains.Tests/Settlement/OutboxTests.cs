using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>Exactly one effect per operation, whatever is lost, killed, stuck or re-organised.</summary>
public sealed partial class OutboxTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    public Task InitializeAsync() => Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task OperationEnqueuedTwice_HasOneEffect()
    {
        SettlementIntent intent = await NewConfirm();

        EnqueueResult[] results = await Task.WhenAll(
            _cluster.Outbox.Enqueue(intent), _cluster.Outbox.Enqueue(intent), _cluster.Outbox.Enqueue(intent));
        IntentView ended = await _cluster.Ends(intent.OperationId);
        EnqueueResult after = await _cluster.Outbox.Enqueue(intent);

        Assert.All(results, result => Assert.True(result.Accepted));
        Assert.Equal(IntentState.Succeeded, ended.State);
        Assert.Equal(IntentState.Succeeded, after.Intent!.State);
        Assert.Equal(1UL, await OperatorNonce());
        Assert.True(ended.GasUsed > 0);
        Assert.NotNull(ended.TransactionHash);
    }

    [Fact]
    public async Task ManyOperations_TakeNoncesInOrder_AndAllSucceed()
    {
        SettlementIntent[] intents = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => NewConfirm()))];

        await Task.WhenAll(intents.Select(intent => _cluster.Outbox.Enqueue(intent)));
        IntentView[] ended = await Task.WhenAll(intents.Select(intent => _cluster.Ends(intent.OperationId)));

        Assert.All(ended, view => Assert.Equal(IntentState.Succeeded, view.State));
        Assert.Equal(new ulong[] { 0, 1, 2, 3, 4 }, ended.Select(view => view.Nonce!.Value).Order().ToArray());
    }

    [Fact]
    public async Task LostSends_AreSentAgain()
    {
        SettlementIntent intent = await NewConfirm();
        _cluster.Chain.Faults.LoseSends(2);

        await _cluster.Outbox.Enqueue(intent);

        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        Assert.Equal(1UL, await OperatorNonce());
    }

    [Fact]
    public async Task LostReplies_CauseNoSecondTransaction()
    {
        SettlementIntent intent = await NewConfirm();
        _cluster.Chain.Faults.DropSendReplies(1);

        await _cluster.Outbox.Enqueue(intent);

        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        Assert.Equal(1UL, await OperatorNonce());
    }

    [Fact]
    public async Task ChainThatIsDownForAWhile_LosesNothing()
    {
        SettlementIntent intent = await NewConfirm();
        _cluster.Chain.Faults.Down = true;
        await _cluster.Outbox.Enqueue(intent);
        await Eventually.TrueAsync(async () => (await _cluster.Outbox.View()).LastError is not null, "the outbox to notice");

        _cluster.Chain.Faults.Down = false;

        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        await Eventually.TrueAsync(async () => (await _cluster.Outbox.View()).LastError is null, "the outbox to be well again");
    }

    [Theory]
    [InlineData(IntentState.Queued)]
    [InlineData(IntentState.Signed)]
    [InlineData(IntentState.Sent)]
    public async Task DeathOfEverySilo_AtAnyPoint_LeavesExactlyOneEffect(IntentState killedAt)
    {
        SettlementIntent intent = await NewConfirm();
        _cluster.Chain.Automine = false;
        _cluster.Chain.Faults.Down = killedAt == IntentState.Queued;
        _cluster.Chain.Faults.LoseSends(killedAt == IntentState.Signed ? int.MaxValue : 0);
        await _cluster.Outbox.Enqueue(intent);
        await Eventually.TrueAsync(
            async () => await Find(intent) is { } view && (view.State == killedAt || (killedAt == IntentState.Signed && view.Nonce is not null)),
            $"the operation to be {killedAt}");

        await _cluster.KillAllSilos();
        _cluster.Chain.Faults.LoseSends(0);
        _cluster.Chain.Faults.Down = false;
        _cluster.Chain.Automine = true;
        _cluster.Chain.Mine();

        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        Assert.Equal(1UL, await OperatorNonce());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StorageThatFails_LetsNothingUnknownLeave_AndTheOperationStillHappensOnce(bool afterWriting)
    {
        SettlementIntent[] intents = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => NewConfirm()))];
        foreach (SettlementIntent intent in intents)
        {
            if (afterWriting)
            {
                _cluster.Faults.FailAfterWriting("outbox", 2);
            }
            else
            {
                _cluster.Faults.FailBeforeWriting("outbox", 2);
            }

            await EnqueueUntilTaken(intent);
        }

        foreach (SettlementIntent intent in intents)
        {
            Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        }

        Assert.Equal(4UL, await OperatorNonce());
    }

    [Fact]
    public async Task StuckTransaction_IsReplacedByADearerOneOfTheSameNonce()
    {
        SettlementIntent intent = await NewConfirm();
        _cluster.Chain.Automine = false;
        await _cluster.Outbox.Enqueue(intent);
        await Eventually.TrueAsync(async () => await Find(intent) is { State: IntentState.Sent }, "the transaction to wait");

        // Now blocks take only dearer ones.
        _cluster.Chain.BaseFee *= 10;
        await Eventually.TrueAsync(
            async () =>
            {
                _cluster.Chain.Mine();
                return await Find(intent) is { State: IntentState.Succeeded };
            },
            "the replacement to be mined");

        IntentView view = (await _cluster.Outbox.Find(intent.OperationId))!;
        Assert.True(view.Attempts >= 2);
        Assert.Equal(0UL, view.Nonce);
        Assert.Equal(1UL, await OperatorNonce());
    }

    [Fact]
    public async Task TransactionThatTheAccountCannotPayFor_IsNotMadeDearer_AndIsSentOnceItCan()
    {
        System.Numerics.BigInteger gas = await _cluster.Chain.GetGasBalanceAsync(_cluster.Operator.Address, ReadAt.Latest);
        _cluster.Chain.Fund(_cluster.Operator.Address, TokenAmount.Zero, -gas);
        SettlementIntent intent = await NewConfirm();
        await _cluster.Outbox.Enqueue(intent);
        await Eventually.TrueAsync(
            async () => (await _cluster.Outbox.View()).LastError?.Contains("GasUnaffordable", StringComparison.Ordinal) == true, "the complaint");

        // Many times longer than a transaction may wait before it is replaced.
        _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        await RoundsPass();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        await RoundsPass();
        Assert.Equal(1, (await Find(intent))!.Attempts);

        _cluster.Chain.Fund(_cluster.Operator.Address, TokenAmount.Zero, gas);
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
    }

    [Fact]
    public async Task OperationThatTheContractRefuses_EndsWithItsTypedReason_AndTakesNoNonce()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        SettlementIntent confirmed = SettlementIntent.Confirm(terms, _provider.Confirm(channel, SoonSeconds));

        await _cluster.Outbox.Enqueue(confirmed);

        IntentView ended = await _cluster.Ends(confirmed.OperationId);
        Assert.Equal(IntentState.Refused, ended.State);
        Assert.Equal("WrongStatus", ended.Refusal!.Error);
        Assert.Equal(0UL, await OperatorNonce());
        ChannelView view = await _cluster.Reaches(channel, found => found.Operations.Length == 1, "the refusal");
        Assert.Equal("WrongStatus", view.Operations[0].Refusal!.Error);
    }

    [Fact]
    public async Task OperationThatTheEndpointHasNoAnswerFor_HoldsUpNoOthers()
    {
        SettlementIntent choking = await NewConfirm();
        SettlementIntent other = await NewConfirm();
        _cluster.Chain.Faults.UnansweredCalls = call => call is ChainCall.ConfirmFor confirm && confirm.Terms == choking.Terms;

        await _cluster.Outbox.Enqueue(choking);
        await _cluster.Outbox.Enqueue(other);
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(other.OperationId)).State);

        _cluster.Chain.Faults.UnansweredCalls = null;
        _cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(choking.OperationId)).State);
    }

    [Fact]
    public async Task ChallengeTriedByANodeThatHasNotSeenTheClose_IsNotGivenUp()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        SettlementIntent challenge = SettlementIntent.Challenge(channel, terms, _consumer.Unit(terms, 1, 1_000_000), providerUnit: null);
        await _cluster.Outbox.Enqueue(challenge);
        await Eventually.TrueAsync(
            async () => (await _cluster.Outbox.View()).LastError?.Contains("WrongStatus", StringComparison.Ordinal) == true, "the outbox to wait");

        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(terms, null, null));
        _cluster.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(challenge.OperationId)).State);
    }

    [Fact]
    public async Task ExpiredOperation_IsRefusedWithoutATransaction()
    {
        SettlementIntent intent = await NewConfirm() with { ValidUntilSeconds = 1 };

        await _cluster.Outbox.Enqueue(intent);

        Assert.Equal("Expired", (await _cluster.Ends(intent.OperationId)).Refusal!.Error);
        Assert.Equal(0UL, await OperatorNonce());
    }

    [Fact]
    public async Task ReorganisationThatDropsTheTransaction_SendsItAgain()
    {
        SettlementIntent intent = await NewConfirm();
        await _cluster.Outbox.Enqueue(intent);
        await _cluster.Ends(intent.OperationId);
        await _cluster.Reaches(intent.ChannelId, ChannelPhase.Active);

        _cluster.Chain.Reorganise(1, dropTransactions: true);

        await Eventually.TrueAsync(
            async () => (await _cluster.Chain.GetChannelAsync(intent.ChannelId, ReadAt.Latest)).Status == ChannelStatus.Active,
            "the channel to be active on the new branch");
        await _cluster.Reaches(intent.ChannelId, ChannelPhase.Active);
        Assert.Equal(1UL, await OperatorNonce());
    }

    [Fact]
    public async Task Operation_IsNotOverBeforeItsBlockIsFinal()
    {
        await _cluster.DisposeAsync();
        await Start(finalityDepth: 3);
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        await _consumer.Send(_cluster.Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await _consumer.Send(_cluster.Chain, new ChainCall.Open(terms));
        _cluster.Chain.Mine(3);
        ChannelId channel = terms.ChannelId(_cluster.Chain.Domain);
        await _cluster.Reaches(channel, ChannelPhase.Opened);
        SettlementIntent intent = SettlementIntent.Confirm(terms, _provider.Confirm(channel, SoonSeconds));

        await _cluster.Outbox.Enqueue(intent);

        await Eventually.TrueAsync(async () => await Find(intent) is { State: IntentState.Mined }, "the transaction to be mined");
        Assert.Equal(ChannelPhase.Opened, (await _cluster.Grains.Channel(channel).View())!.Phase);
        _cluster.Chain.Mine(3);
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(intent.OperationId)).State);
        await _cluster.Reaches(channel, ChannelPhase.Active);
    }

    [Fact]
    public async Task OutboxOfAnAccountThatIsNotOurs_RefusesToServe() =>
        await Assert.ThrowsAnyAsync<Exception>(() => _cluster.Grains.Settlement(_consumer.Address).View());

    private async Task Start(Action<GrainsOptions>? configure = null, int finalityDepth = 0)
    {
        _cluster = await GrainCluster.Start(configure, GrainCluster.ChainOptions(finalityDepth));
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
    }

    private async Task<SettlementIntent> NewConfirm(int finalityDepth = 0)
    {
        Party consumer = _cluster.NewParty();
        Terms terms = _cluster.NewTerms(consumer, _provider);
        await consumer.Send(_cluster.Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await consumer.Send(_cluster.Chain, new ChainCall.Open(terms));
        _cluster.Chain.Mine(finalityDepth);
        ChannelId channel = terms.ChannelId(_cluster.Chain.Domain);
        await _cluster.Reaches(channel, ChannelPhase.Opened);
        return SettlementIntent.Confirm(terms, _provider.Confirm(channel, SoonSeconds));
    }

    /// <summary>Of a channel that its consumer closes at nothing though it signed more.</summary>
    private async Task<SettlementIntent> NewChallenge()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(terms, null, null));
        await _cluster.Reaches(channel, ChannelPhase.Closing);
        return SettlementIntent.Challenge(channel, terms, _consumer.Unit(terms, 1, 1_000_000), providerUnit: null);
    }

    /// <summary>Whoever gets no acknowledgement asks again.</summary>
    private Task EnqueueUntilTaken(SettlementIntent intent) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                return (await _cluster.Outbox.Enqueue(intent)).Accepted;
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                return false;
            }
        },
        "the operation to be taken");

    private Task<IntentView?> Find(SettlementIntent intent) => GrainCluster.Patiently(() => _cluster.Outbox.Find(intent.OperationId));

    /// <summary>Waits until the outbox has looked at the chain at least twice more: an expired operation ends only in a round.</summary>
    private async Task RoundsPass()
    {
        for (int round = 0; round < 2; round++)
        {
            SettlementIntent expired = await NewConfirm() with { ValidUntilSeconds = 1 };
            await _cluster.Outbox.Enqueue(expired);
            await _cluster.Ends(expired.OperationId);
        }
    }

    private Task<ulong> OperatorNonce() => _cluster.Chain.GetNonceAsync(_cluster.Operator.Address, NonceScope.Mined);
}
