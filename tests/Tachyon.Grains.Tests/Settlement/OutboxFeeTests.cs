using System.Numerics;
using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>What gas may cost, what is done together, and what holds up nobody.</summary>
public sealed class OutboxFeeTests : IDisposable
{
    private static readonly BigInteger Gwei = 1_000_000_000;

    private readonly OutboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task TransactionThatTheEndpointDoesNotTake_HoldsUpNoOthers_AndIsTriedAgainLater()
    {
        OutboxBench.Activation outbox = await _bench.Activate();
        SettlementIntent refused = await _bench.NewConfirm();
        SettlementIntent other = await _bench.NewConfirm();
        _bench.Chain.Faults.RejectedCalls = call => call is ChainCall.ConfirmFor confirm && confirm.Terms == refused.Terms;
        await outbox.Outbox.EnqueueAsync(refused);
        await outbox.Outbox.EnqueueAsync(other);

        await Rounds(outbox, 5);
        Assert.Equal(IntentState.Succeeded, outbox.Outbox.Find(other.OperationId)!.State);
        Assert.Equal(0, await _bench.Count<ChannelConfirmed>(refused.ChannelId));

        _bench.Chain.Faults.RejectedCalls = null;
        _bench.Pass(TimeSpan.FromMinutes(2));
        await Rounds(outbox, 5);
        Assert.Equal(IntentState.Succeeded, outbox.Outbox.Find(refused.OperationId)!.State);
        Assert.Equal(1, await _bench.Count<ChannelConfirmed>(refused.ChannelId));
    }

    [Fact]
    public async Task TransactionThatIsNeverTaken_CostsATransferOfNothingAtEverLongerPauses()
    {
        OutboxBench.Activation outbox = await _bench.Activate();
        SettlementIntent refused = await _bench.NewConfirm();
        _bench.Chain.Faults.RejectedCalls = call => call is ChainCall.ConfirmFor;
        await outbox.Outbox.EnqueueAsync(refused);

        for (int minute = 0; minute < 240; minute++)
        {
            await Rounds(outbox, 2);
            _bench.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(await _bench.MinedNonce(), 5UL, 10UL);
    }

    [Fact]
    public async Task GasAboveTheLimit_MakesOperationsWait_AndSaysSo()
    {
        OutboxBench.Activation outbox = await _bench.Activate();
        SettlementIntent confirm = await _bench.NewConfirm();
        _bench.Chain.BaseFee = 501 * Gwei;
        await outbox.Outbox.EnqueueAsync(confirm);
        await Rounds(outbox, 3);

        Assert.Equal(IntentState.Queued, outbox.Outbox.Find(confirm.OperationId)!.State);
        Assert.Contains("limit", outbox.Outbox.Find(confirm.OperationId)!.Waits, StringComparison.Ordinal);
        Assert.Empty(_bench.Account.Signed);

        _bench.Chain.BaseFee = 499 * Gwei;
        _bench.Pass(TimeSpan.FromSeconds(10));
        await Rounds(outbox, 3);
        Assert.Equal(IntentState.Succeeded, outbox.Outbox.Find(confirm.OperationId)!.State);
        Assert.True(_bench.Account.HighestFee <= 500 * Gwei);
        Assert.Null(outbox.Outbox.LastError);
    }

    [Theory]
    [InlineData(4_900, true)]
    [InlineData(5_100, false)]
    public async Task Challenge_PaysUpToItsOwnLimit(int baseFeeGwei, bool isMined)
    {
        OutboxBench.Activation outbox = await _bench.Activate();
        SettlementIntent challenge = await NewChallenge(bytesUsed: 1_000_000);
        _bench.Chain.BaseFee = baseFeeGwei * Gwei;

        await outbox.Outbox.EnqueueAsync(challenge);
        await Rounds(outbox, 3);

        Assert.Equal(isMined ? 1 : 0, await _bench.Count<ChannelChallenged>(challenge.ChannelId));
    }

    [Theory]
    [InlineData(50_000_000, 1)]
    [InlineData(1_000_000, 0)]
    public async Task Challenge_IsNotMadeWhenItsGasCostsMoreThanItMoves(ulong bytesUsed, int challenges)
    {
        // 80,000 gas at a gwei are 8 × 10^13 wei; a MB is worth 10^13.
        _bench.Options.TokenPriceWei = BigInteger.Pow(10, 25);
        OutboxBench.Activation outbox = await _bench.Activate();
        SettlementIntent challenge = await NewChallenge(bytesUsed);

        await outbox.Outbox.EnqueueAsync(challenge);
        await Rounds(outbox, 3);

        Assert.Equal(challenges, await _bench.Count<ChannelChallenged>(challenge.ChannelId));
    }

    [Fact]
    public async Task ChainThatMakesNoBlocks_RaisesNoFees()
    {
        OutboxBench.Activation outbox = await _bench.Activate();
        SettlementIntent confirm = await _bench.NewConfirm();
        _bench.Chain.Automine = false;
        await outbox.Outbox.EnqueueAsync(confirm);

        for (int minute = 0; minute < 60; minute++)
        {
            await Rounds(outbox, 1);
            _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Single(_bench.Account.Signed);
    }

    [Fact]
    public async Task StuckTransactionWhoseOperationIsOver_IsReplacedByATransferOfNothing()
    {
        OutboxBench.Activation outbox = await _bench.Activate();
        (_, Terms terms) = await _bench.Open(_bench.Provider);
        ChannelId channel = terms.ChannelId(_bench.Chain.Domain);
        SettlementIntent confirm = SettlementIntent.Confirm(terms, _bench.Provider.Confirm(channel, _bench.NowSeconds + 3_600));
        _bench.Chain.Automine = false;
        await outbox.Outbox.EnqueueAsync(confirm);
        await Rounds(outbox, 1);

        _bench.Chain.BaseFee = 3 * Gwei;
        await _bench.Provider.Send(_bench.Chain, new ChainCall.Decline(terms));
        _bench.Pass(TimeSpan.FromMinutes(2));
        await Rounds(outbox, 1);
        _bench.Chain.Mine();
        await Rounds(outbox, 3);

        Assert.Equal("WrongStatus", outbox.Outbox.Find(confirm.OperationId)!.Refusal!.Error);
        Assert.Equal(1UL, await _bench.MinedNonce());
        Assert.True(_bench.Account.Signed[^1].Transaction.Data.IsEmpty);
    }

    [Fact]
    public async Task ClaimsThatAreDueTogether_GoInOneTransaction_AndAFailingOneIsHandledAlone()
    {
        Party provider = _bench.NewParty();
        var claims = new List<SettlementIntent>();
        var channels = new List<(Party Consumer, Terms Terms)>();
        for (int i = 0; i < 4; i++)
        {
            (Party consumer, Terms terms) = await _bench.Open(provider, active: true);
            channels.Add((consumer, terms));
            claims.Add(SettlementIntent.Claim(terms, consumer.Unit(terms, 1, 5_000_000)));
        }

        OutboxBench.Activation outbox = await _bench.Activate();
        _bench.Chain.Automine = false;
        foreach (SettlementIntent claim in claims)
        {
            await outbox.Outbox.EnqueueAsync(claim);
        }

        await Rounds(outbox, 1);
        Assert.Equal(4, outbox.Outbox.Find(claims[3].OperationId)!.BatchSize);

        // Whoever empties the accounts that are paid into, once the batch was tried, does not make it run out of gas.
        var batch = new ChainCall.ClaimMany([.. claims.Select(claim => new ChainCall.Claim(claim.Terms, claim.ConsumerUnit!))]);
        ulong triedGas = (await _bench.Chain.EstimateAsync(_bench.Operator.Address, batch)).Gas;
        Assert.True(_bench.Account.Signed[^1].Transaction.GasLimit >= triedGas + (4 * 2 * 17_100));
        Assert.Equal(IntentState.Sent, outbox.Outbox.Find(claims[3].OperationId)!.State);

        // One consumer closes its channel first, so that the claim on it is skipped.
        _bench.Chain.BaseFee *= 10;
        await channels[2].Consumer.Send(_bench.Chain, new ChainCall.StartClose(channels[2].Terms, null, null));
        _bench.Chain.Mine();
        _bench.Chain.BaseFee /= 10;
        _bench.Chain.Mine();
        await Rounds(outbox, 3);

        foreach (int i in (int[])[0, 1, 3])
        {
            Assert.Equal(IntentState.Succeeded, outbox.Outbox.Find(claims[i].OperationId)!.State);
            Assert.Equal(1, await _bench.Count<ChannelClaimed>(claims[i].ChannelId));
        }

        Assert.Equal("WrongStatus", outbox.Outbox.Find(claims[2].OperationId)!.Refusal!.Error);
        Assert.Equal(1UL, await _bench.MinedNonce());
    }

    [Fact]
    public async Task ClaimThatGotStuckWhenFeesRose_HoldsUpNoConfirm_AndIsNotPaidForAboveItsWorth()
    {
        // A claim at a gwei costs about 10^14 wei; this one is worth 50 times that, so that it may cost up to 5 gwei.
        _bench.Options.TokenPriceWei = BigInteger.Pow(10, 26);
        OutboxBench.Activation outbox = await _bench.Activate();
        (Party consumer, Terms terms) = await _bench.Open(active: true);
        SettlementIntent claim = SettlementIntent.Claim(terms, consumer.Unit(terms, 1, 50_000_000));
        SettlementIntent confirm = await _bench.NewConfirm();
        _bench.Chain.Automine = false;
        await outbox.Outbox.EnqueueAsync(claim);
        await Rounds(outbox, 1);
        Assert.Equal(IntentState.Sent, outbox.Outbox.Find(claim.OperationId)!.State);

        _bench.Chain.BaseFee = 100 * Gwei;
        await outbox.Outbox.EnqueueAsync(confirm);
        for (int minute = 0; minute < 6; minute++)
        {
            await Rounds(outbox, 2);
            _bench.Pass(TimeSpan.FromMinutes(1.1));
            _bench.Chain.Mine();
        }

        Assert.Equal(1, await _bench.Count<ChannelConfirmed>(confirm.ChannelId));
        Assert.Equal(0, await _bench.Count<ChannelClaimed>(claim.ChannelId));
        Assert.Equal("NotWorthIt", outbox.Outbox.Find(claim.OperationId)!.Refusal!.Error);
    }

    [Fact]
    public async Task ManyChallengesThatAreNotWorthTheirGas_HoldUpNoOthers()
    {
        _bench.Options.TokenPriceWei = 1;
        OutboxBench.Activation outbox = await _bench.Activate();
        for (int i = 0; i < 100; i++)
        {
            await outbox.Outbox.EnqueueAsync(await NewChallenge(bytesUsed: 1_000));
        }

        await Rounds(outbox, 5);
        SettlementIntent confirm = await _bench.NewConfirm();
        await outbox.Outbox.EnqueueAsync(confirm);
        for (int round = 0; round < 4; round++)
        {
            _bench.Pass(TimeSpan.FromSeconds(10));
            _bench.Requests.FailAt = 0;
            await outbox.Round();
            Assert.InRange(_bench.Requests.Count, 1, 100);
            Assert.Equal(1, await _bench.Count<ChannelConfirmed>(confirm.ChannelId));
        }

        // None of them was given up.
        Assert.Equal(100, outbox.Outbox.View().Open);
    }

    [Fact]
    public async Task ChallengesThatKeepComing_DoNotKeepTheSettlementWaiting_UntilTheyAreFinal()
    {
        using var bench = new OutboxBench(finalityDepth: 50);
        OutboxBench.Activation outbox = await bench.Activate();
        (Party consumer, Terms terms) = await bench.Open(active: true);
        ChannelId channel = terms.ChannelId(bench.Chain.Domain);
        await consumer.Send(bench.Chain, new ChainCall.StartClose(terms, null, null));
        bench.Pass(TimeSpan.FromSeconds((await bench.Chain.GetChannelAsync(channel, ReadAt.Latest)).DeadlineSeconds - bench.NowSeconds + 60.0));
        await outbox.Outbox.EnqueueAsync(SettlementIntent.Challenge(channel, terms, consumer.Unit(terms, 1, 1_000), providerUnit: null));
        await outbox.Round();
        bench.Chain.Mine();
        await outbox.Round();
        Assert.Equal(1, await bench.Count<ChannelChallenged>(channel));

        await outbox.Outbox.EnqueueAsync(SettlementIntent.Settle(channel, terms));
        await outbox.Round();
        await outbox.Round();
        bench.Chain.Mine();

        Assert.Equal(1, await bench.Count<ChannelSettled>(channel));
    }

    private async Task Rounds(OutboxBench.Activation outbox, int count)
    {
        for (int round = 0; round < count; round++)
        {
            await outbox.Round();
            if (_bench.Chain.Automine)
            {
                _bench.Chain.Mine();
            }
        }
    }

    private async Task<SettlementIntent> NewChallenge(ulong bytesUsed)
    {
        (Party consumer, Terms terms) = await _bench.Open(active: true);
        await consumer.Send(_bench.Chain, new ChainCall.StartClose(terms, null, null));
        return SettlementIntent.Challenge(terms.ChannelId(_bench.Chain.Domain), terms, consumer.Unit(terms, 1, bytesUsed), providerUnit: null);
    }
}
