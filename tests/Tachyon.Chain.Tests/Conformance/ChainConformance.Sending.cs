using System.Numerics;

namespace Tachyon.Chain.Tests.Conformance;

// Nonces, fees, receipts and re-organisations: what the outbox lives by.
public abstract partial class ChainConformance
{
    [Fact]
    public async Task Send_SignedWithItsOwnNonce_IsMinedUnderTheHashKnownBefore()
    {
        var signed = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(5)), 0);

        Assert.Equal(TransactionState.Unknown, (await Chain.FindTransactionAsync(signed.Hash)).State);
        Assert.Equal(SendOutcome.Accepted, (await Chain.SendAsync(signed)).Outcome);

        var receipt = await MinedAsync(signed);
        Assert.True(receipt.Succeeded);
        Assert.Equal(signed.Hash, receipt.TransactionHash);
        Assert.True(receipt.GasUsed > 21_000);
        Assert.Equal((await Chain.FindBlockAsync(receipt.BlockNumber))!.Hash, receipt.BlockHash);
        Assert.Equal(new TokenAmount(5), await Chain.GetAllowanceAsync(Consumer.Address, ReadAt.Latest));
        Assert.Equal(SendOutcome.NonceUsed, (await Chain.SendAsync(signed)).Outcome);
    }

    [Fact]
    public async Task Sign_TheSameTransactionTwice_GivesTheSameBytes()
    {
        var fees = new FeeCaps(BigInteger.Pow(10, 12), 1);
        var first = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(5)), 3, fees);
        var second = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(5)), 3, fees);

        Assert.Equal(first.Hash, second.Hash);
        Assert.True(first.Raw.Span.SequenceEqual(second.Raw.Span));
    }

    [Fact]
    public async Task Nonces_WhileTransactionsWait_CountThemOnlyAsPending()
    {
        await Stage.SetAutomineAsync(false);
        var first = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(1)), 0);
        var second = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(2)), 1);

        await Chain.SendAsync(first);
        await Chain.SendAsync(second);
        Assert.Equal(SendOutcome.AlreadyKnown, (await Chain.SendAsync(first)).Outcome);
        Assert.Equal(0UL, await Chain.GetNonceAsync(Consumer.Address, NonceScope.Mined));
        Assert.Equal(2UL, await Chain.GetNonceAsync(Consumer.Address, NonceScope.Pending));
        Assert.Equal(TransactionState.Pending, (await Chain.FindTransactionAsync(second.Hash)).State);

        await Stage.MineAsync();
        await Stage.SetAutomineAsync(true);
        await MinedAsync(second);
        Assert.Equal(2UL, await Chain.GetNonceAsync(Consumer.Address, NonceScope.Mined));
        Assert.Equal(new TokenAmount(2), await Chain.GetAllowanceAsync(Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task FillNonce_InPlaceOfATransaction_UsesUpItsNonce_AndDoesNothingElse()
    {
        await Stage.SetAutomineAsync(false);
        var approve = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(5)), 0);
        await Chain.SendAsync(approve);
        var filler = new ChainCall.FillNonce(Consumer.Address);
        Assert.True((await Chain.EstimateAsync(Consumer.Address, filler)).Gas >= 21_000);
        var dearer = (await Chain.SuggestFeesAsync()).Replacing(await Chain.SuggestFeesAsync());
        var signed = await SignAsync(Consumer, filler, 0, dearer.Replacing(dearer));

        Assert.Equal(SendOutcome.Accepted, (await Chain.SendAsync(signed)).Outcome);

        await Stage.MineAsync();
        await Stage.SetAutomineAsync(true);
        Assert.True((await MinedAsync(signed)).Succeeded);
        Assert.Equal(1UL, await Chain.GetNonceAsync(Consumer.Address, NonceScope.Mined));
        Assert.Equal(TokenAmount.Zero, await Chain.GetAllowanceAsync(Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task Replacement_ForNoMore_IsUnderpricedAndForAnEighthMoreTakesThePlace()
    {
        await Stage.SetAutomineAsync(false);
        var fees = await Chain.SuggestFeesAsync();
        var first = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(1)), 0, fees);
        var meagre = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(2)), 0, fees);
        var ample = await SignAsync(Consumer, new ChainCall.Approve(new TokenAmount(3)), 0, fees.Replacing(fees));

        Assert.Equal(SendOutcome.Accepted, (await Chain.SendAsync(first)).Outcome);
        Assert.Equal(SendOutcome.Underpriced, (await Chain.SendAsync(meagre)).Outcome);
        Assert.Equal(SendOutcome.Accepted, (await Chain.SendAsync(ample)).Outcome);
        await Stage.MineAsync();
        await Stage.SetAutomineAsync(true);

        Assert.Equal(TransactionState.Unknown, (await Chain.FindTransactionAsync(first.Hash)).State);
        Assert.True((await MinedAsync(ample)).Succeeded);
        Assert.Equal(new TokenAmount(3), await Chain.GetAllowanceAsync(Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task Send_FromAnAccountWithoutGas_IsUnaffordable()
    {
        using var poor = new Party(Chain);
        var signed = await SignAsync(poor, new ChainCall.Approve(new TokenAmount(1)), 0);

        Assert.Equal(SendOutcome.GasUnaffordable, (await Chain.SendAsync(signed)).Outcome);
        Assert.True((await Chain.GetGasBalanceAsync(poor.Address, ReadAt.Latest)).IsZero);
    }

    [Fact]
    public async Task Send_RefusedCallWithoutATry_IsMinedFailedAndExplained()
    {
        var terms = NewTerms();
        var signed = await SignAsync(Provider, new ChainCall.Settle(terms), 0);
        await Chain.SendAsync(signed);

        Assert.False((await MinedAsync(signed)).Succeeded);
        Assert.Equal(
            new ContractRefusal.WrongStatus(Id(terms), ChannelStatus.None, ChannelStatus.Closing),
            await Chain.ExplainFailureAsync(signed.Hash));
        Assert.Null(await Chain.ExplainFailureAsync(Bytes32.Zero));
    }

    [Fact]
    public async Task Estimate_OfACallThatGoesThrough_GivesGasThatSuffices()
    {
        var estimate = await Chain.EstimateAsync(Consumer.Address, new ChainCall.Approve(new TokenAmount(1)));

        Assert.Null(estimate.Refusal);
        Assert.InRange(estimate.Gas, 21_000UL, 200_000UL);
        Assert.True(estimate.GasLimit > estimate.Gas);
    }

    [Fact]
    public async Task Reorganisation_OfANewBlock_TakesBackItsEventsTransactionsAndState()
    {
        await Stage.MineAsync();
        var terms = await OpenAsync();
        var opened = (await EventsAsync(terms))[0];

        await Stage.ReorganiseAsync(1);

        Assert.Empty(await EventsAsync(terms));
        Assert.Equal(ChannelStatus.None, (await ViewAsync(terms)).Status);
        Assert.Equal(TransactionState.Unknown, (await Chain.FindTransactionAsync(opened.At.TransactionHash)).State);
        var instead = await Chain.FindBlockAsync(opened.At.BlockNumber);
        Assert.NotEqual(opened.At.BlockHash, instead!.Hash);
        Assert.Null(await Chain.FindBlockAsync(opened.At.BlockNumber + 1_000));
    }

    [Fact]
    public async Task Blocks_FollowOneAnother()
    {
        await Stage.MineAsync();
        var newest = await Chain.GetBlockAsync(ReadAt.Latest);
        var before = await Chain.FindBlockAsync(newest.Number - 1);

        Assert.Equal(before!.Hash, newest.ParentHash);
        Assert.True(newest.TimestampSeconds >= before.TimestampSeconds);
        await Stage.AdvanceTimeAsync(TimeSpan.FromHours(2));
        Assert.True(await NowAsync() >= newest.TimestampSeconds + 7_200);
    }

    [Fact]
    public async Task Rules_AreTheProtocols()
    {
        var rules = await Chain.GetRulesAsync();

        Assert.Equal(TimeSpan.FromHours(5), rules.ConfirmTimeout);
        Assert.Equal(TimeSpan.FromHours(12), rules.ChallengePeriod);
        Assert.Equal(TimeSpan.FromDays(1), rules.MaxValidity);
        Assert.Equal(TimeSpan.FromMinutes(10), rules.MaxAcceptanceValidity);
        Assert.Equal(ProtocolConstants.MaxActiveChannels, rules.MaxActiveChannels);
        Assert.Equal(ProtocolConstants.CheckpointBytes, rules.CheckpointBytes);
        Assert.Equal(ProtocolConstants.MaxCapacityBytes, rules.MaxCapacityBytes);
        Assert.Equal(10, rules.ProxyFeePercent);
    }

    [Fact]
    public async Task Requests_WithACancelledToken_EndAsCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Chain.GetBlockAsync(ReadAt.Latest, cancelled.Token));
    }

    // A development chain mines at once, yet not before it answers.
    private Task<ChainReceipt> MinedAsync(SignedTransaction signed) => Testing.Eventually.ValueAsync(
        async () => (await Chain.FindTransactionAsync(signed.Hash)).Receipt, $"transaction {signed.Hash} to be mined");
}
