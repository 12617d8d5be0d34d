using System.Numerics;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Testing;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Simulation;

/// <summary>How the sender of single transactions copes with a chain that loses, delays and refuses.</summary>
public sealed class TransactionSenderTests : IDisposable
{
    private readonly SimulatedChain chain = new();
    private readonly AccountSigner account = AnvilAccounts.Account(1);
    private readonly ChainCall call = new ChainCall.Approve(new TokenAmount(7));

    public TransactionSenderTests() => chain.Fund(account.Address, TokenAmount.Zero);

    public void Dispose() => account.Dispose();

    [Fact]
    public async Task Send_WhileTheChainIsDown_ThrowsAndSendsNothing()
    {
        using var sender = Sender();
        chain.Faults.Down = true;

        await Assert.ThrowsAsync<ChainUnavailableException>(() => sender.SendAsync(call));

        chain.Faults.Down = false;
        Assert.Equal(0UL, await chain.GetNonceAsync(account.Address, NonceScope.Pending));
    }

    [Fact]
    public async Task Send_StuckBelowTheBaseFee_IsReplacedUntilItPaysEnough()
    {
        using var sender = Sender(replaceAfter: TimeSpan.FromMilliseconds(20));
        chain.Automine = false;
        var sending = sender.SendAsync(call);
        await Eventually.TrueAsync(PendingAsync, "the first transaction to wait");

        // The suggestion follows the base fee, the transaction that waits does not.
        chain.BaseFee *= 5;
        chain.Mine();
        Assert.True(await PendingAsync());
        await Eventually.TrueAsync(
            async () =>
            {
                chain.Mine();
                return await chain.GetNonceAsync(account.Address, NonceScope.Mined) == 1;
            },
            "a replacement to be mined");

        Assert.True((await sending).Succeeded);
        Assert.Equal(new TokenAmount(7), await chain.GetAllowanceAsync(account.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task Send_NeverMined_TimesOutWithTheHashAndHasNotFailed()
    {
        using var sender = Sender(giveUpAfter: TimeSpan.FromMilliseconds(50));
        chain.Automine = false;

        var error = await Assert.ThrowsAsync<TransactionTimedOutException>(() => sender.SendAsync(call));

        Assert.Equal(TransactionState.Pending, (await chain.FindTransactionAsync(error.TransactionHash)).State);
        chain.Mine();
        Assert.True((await chain.FindTransactionAsync(error.TransactionHash)).Receipt!.Succeeded);
    }

    [Fact]
    public async Task Send_LostByTheNode_IsSentAgain()
    {
        using var sender = Sender(replaceAfter: TimeSpan.FromMilliseconds(20));
        chain.Faults.LoseSends(1);

        Assert.True((await sender.SendAsync(call)).Succeeded);
        Assert.Equal(1UL, await chain.GetNonceAsync(account.Address, NonceScope.Mined));
    }

    [Fact]
    public async Task Send_ReplyLost_IsNotSentTwice()
    {
        using var sender = Sender();
        chain.Faults.DropSendReplies(1);

        Assert.True((await sender.SendAsync(call)).Succeeded);
        Assert.Equal(1UL, await chain.GetNonceAsync(account.Address, NonceScope.Pending));
    }

    [Fact]
    public async Task Send_ChainSilentWhileWaiting_IsPatient()
    {
        using var sender = Sender();
        chain.Automine = false;
        var sending = sender.SendAsync(call);
        await Eventually.TrueAsync(PendingAsync, "the transaction to wait");

        chain.Faults.FailRequests(3);
        chain.Mine();

        Assert.True((await sending).Succeeded);
    }

    [Fact]
    public async Task Send_MinedTooLate_IsARefusalWithTheReceiptOfWhatItCost()
    {
        using var providerAccount = AnvilAccounts.Account(2);
        var terms = new Terms(
            account.Address, providerAccount.Address, 1_000, new TokenAmount(1_000), 0, ChannelKind.Direct, Bytes32.Zero);
        chain.Fund(account.Address, terms.Deposit(1_000));
        chain.Fund(providerAccount.Address, TokenAmount.Zero);
        using var consumer = new ConsumerAccount(chain, account, ContractsFixture.Sending);
        Assert.True((await consumer.OpenAsync(terms)).Succeeded);
        using var provider = new TransactionSender(chain, providerAccount, ContractsFixture.Sending);
        chain.Automine = false;

        var confirming = provider.SendAsync(new ChainCall.Confirm(terms));
        await Eventually.TrueAsync(
            async () => await chain.GetNonceAsync(providerAccount.Address, NonceScope.Pending) == 1, "the transaction to wait");
        chain.AdvanceTime((await chain.GetRulesAsync()).ConfirmTimeout);
        var outcome = await confirming;

        Assert.IsType<ContractRefusal.ConfirmTimeoutOver>(outcome.Refusal);
        Assert.False(outcome.Receipt!.Succeeded);
        Assert.True(outcome.Receipt.GasCost > 0);
    }

    [Fact]
    public async Task Send_WithoutGas_SaysHowMuchIsMissing()
    {
        using var poor = AnvilAccounts.Account(5);
        using var sender = new TransactionSender(chain, poor, ContractsFixture.Sending);

        var error = await Assert.ThrowsAsync<GasUnaffordableException>(() => sender.SendAsync(call));

        Assert.Equal((poor.Address, BigInteger.Zero), (error.Account, error.Balance));
        Assert.True(error.Needed > 0);
    }

    [Fact]
    public async Task SendMany_AtOnce_TakeTheirTurnsAndLeaveNoGap()
    {
        using var sender = Sender();

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 10)
            .Select(i => Task.Run(() => sender.SendAsync(new ChainCall.Approve(new TokenAmount(i))))));

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.Equal(10UL, await chain.GetNonceAsync(account.Address, NonceScope.Mined));
    }

    private async Task<bool> PendingAsync()
        => await chain.GetNonceAsync(account.Address, NonceScope.Pending)
            > await chain.GetNonceAsync(account.Address, NonceScope.Mined);

    private TransactionSender Sender(TimeSpan? replaceAfter = null, TimeSpan? giveUpAfter = null)
        => new(chain, account, new TransactionSenderOptions
        {
            PollInterval = TimeSpan.FromMilliseconds(1),
            ReplaceAfter = replaceAfter ?? TimeSpan.FromMinutes(1),
            GiveUpAfter = giveUpAfter ?? Eventually.DefaultTimeout,
        });
}
