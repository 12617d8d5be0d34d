using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Settlement;
using Tachyon.Testing.Chain;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>The outbox on a real node: transactions lost in a re-organisation, stuck for their fees, and answers that never come.</summary>
public sealed class OutboxOnAnvilTests(ContractsFixture contracts) : IClassFixture<ContractsFixture>, IAsyncLifetime, IDisposable
{
    private static readonly TransactionSenderOptions Sending = new() { PollInterval = TimeSpan.FromMilliseconds(20) };
    private static int _salts;
    private static int _outboxes;

    private readonly CrashingStorage _storage = new();
    private readonly AccountFromTests _operator = new(3);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly GrainId _grain = GrainId.Create("settlement", $"anvil {Interlocked.Increment(ref _outboxes)}");
    private EthereumChain _chain = null!;
    private ISettlementChain _port = null!;
    private RecordingChain _requests = null!;
    private Outbox _outbox = null!;

    public async Task InitializeAsync()
    {
        _chain = await contracts.ConnectAsync();
        (_port, _requests) = RecordingChain.Around(_chain);
        await Activate();
    }

    public Task DisposeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _chain.Dispose();
        _operator.Dispose();
    }

    [Fact]
    public async Task TransactionLostInAReorganisation_IsSentAgain()
    {
        SettlementIntent confirm = await NewConfirm();
        await _outbox.EnqueueAsync(confirm);
        await Ends(confirm);
        Assert.Equal(ChannelStatus.Active, await StatusOf(confirm));

        await contracts.Anvil.ReorganiseAsync(1);
        Assert.Equal(ChannelStatus.Opened, await StatusOf(confirm));

        await Eventually.TrueAsync(
            async () =>
            {
                await Round();
                return await StatusOf(confirm) == ChannelStatus.Active;
            },
            "the confirm on the new branch");
        await Ends(confirm);
    }

    [Fact]
    public async Task TransactionThatBlocksPassBy_IsReplacedByADearerOneOfItsNonce()
    {
        SettlementIntent confirm = await NewConfirm();
        await contracts.Anvil.SetAutomineAsync(false);
        try
        {
            ulong nonce = await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined);
            await _outbox.EnqueueAsync(confirm);
            await Round();
            IntentView sent = _outbox.Find(confirm.OperationId)!;
            await contracts.Anvil.SetNextBaseFeeAsync((long)sent.MaxFeePerGasWei! * 3);
            await contracts.Anvil.MineAsync();
            Assert.Equal(ChannelStatus.Opened, await StatusOf(confirm));

            _clock.Advance(TimeSpan.FromMinutes(2));
            await Eventually.TrueAsync(
                async () =>
                {
                    await Round();
                    return _outbox.Find(confirm.OperationId)!.Attempts == 2;
                },
                "the replacement");
            IntentView replaced = _outbox.Find(confirm.OperationId)!;
            Assert.True(replaced.MaxFeePerGasWei * 10 >= sent.MaxFeePerGasWei * 11);
            await contracts.Anvil.MineAsync();

            await Ends(confirm);
            Assert.Equal(nonce, _outbox.Find(confirm.OperationId)!.Nonce);
            Assert.Equal(nonce + 1, await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined));
        }
        finally
        {
            await contracts.Anvil.SetAutomineAsync(true);
        }
    }

    [Fact]
    public async Task NodeThatDoesNotAnswerAnyOneRequest_LosesNothing_AndCausesNothingTwice()
    {
        for (int failAt = 1; failAt <= 24; failAt++)
        {
            SettlementIntent confirm = await NewConfirm();
            ulong nonce = await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined);
            _requests.FailAt = failAt;
            await _outbox.EnqueueAsync(confirm);

            await Ends(confirm);

            _requests.FailAt = 0;
            Assert.Equal(ChannelStatus.Active, await StatusOf(confirm));
            Assert.Equal(nonce + 1, await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined));
        }
    }

    [Fact]
    public async Task NodeThatIsGoneForAWhile_AndASiloThatDiesMeanwhile_LoseNothing()
    {
        SettlementIntent confirm = await NewConfirm();
        ulong nonce = await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined);

        // It loses its patience when the node is gone, and not while it connects on a busy machine.
        var patience = new EndlessWait();
        using EthereumChain impatient = await EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = contracts.Anvil.Endpoint, RequestTimeout = EndlessWait.Length }, contracts.Deployment, patience);
        _port = impatient;
        await Activate();
        contracts.Anvil.Pause();
        patience.End();
        try
        {
            await _outbox.EnqueueAsync(confirm);
            await Round();
            Assert.NotNull(_outbox.View().ChainDownSinceMs);
            await Activate();
            await Round();
            Assert.Equal(IntentState.Queued, _outbox.Find(confirm.OperationId)!.State);
        }
        finally
        {
            contracts.Anvil.Resume();
        }

        _port = _chain;
        await Activate();
        await Ends(confirm);
        Assert.Null(_outbox.View().ChainDownSinceMs);
        Assert.Equal(nonce + 1, await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined));
    }

    [Fact]
    public async Task ClaimsOfOneProvider_AreOneTransaction()
    {
        SettlementIntent[] claims = [await NewClaim(), await NewClaim(), await NewClaim()];
        ulong nonce = await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined);
        foreach (SettlementIntent claim in claims)
        {
            await _outbox.EnqueueAsync(claim);
        }

        foreach (SettlementIntent claim in claims)
        {
            await Ends(claim);
            Assert.Equal(5_000_000UL, (await _chain.GetChannelAsync(claim.ChannelId, ReadAt.Latest)).PaidBytes);
        }

        Assert.Equal(nonce + 1, await _chain.GetNonceAsync(_operator.Address, NonceScope.Mined));
    }

    /// <summary>A fresh activation on the same storage.</summary>
    private async Task Activate()
    {
        var ledger = new OutboxLedger(
            () => new StoredRecord<OutboxHead>(_storage, "outbox", _grain),
            slot => new StoredRecord<OutboxSlot>(_storage, $"outbox-{slot}", _grain),
            () => { });
        await ledger.LoadAsync();
        _outbox = new Outbox(
            _port, _operator.Account, new GrainsOptions(), new GrainClock(_clock), ledger, _ => Task.CompletedTask, NullLogger.Instance);
    }

    private Task Round() => _outbox.RoundAsync(CancellationToken.None);

    private Task Ends(SettlementIntent intent) => Eventually.TrueAsync(
        async () =>
        {
            await Round();
            _clock.Advance(TimeSpan.FromSeconds(2));
            return _outbox.Find(intent.OperationId) is { State: IntentState.Succeeded };
        },
        $"the success of {intent.OperationId}");

    private async Task<ChannelStatus> StatusOf(SettlementIntent intent) =>
        (await _chain.GetChannelAsync(intent.ChannelId, ReadAt.Latest)).Status;

    private async Task<SettlementIntent> NewConfirm()
    {
        (Terms terms, AccountFromTests _, AccountFromTests provider) = await Open();
        ChannelId channel = terms.ChannelId(_chain.Domain);
        ulong validUntil = (await _chain.GetBlockAsync(ReadAt.Latest)).TimestampSeconds + 3_600;
        Signature signature = provider.Node.Sign(new Confirm(channel, validUntil), _chain.Domain);
        return SettlementIntent.Confirm(terms, new SignedPermission { ChannelId = channel, ValidUntilSeconds = validUntil, Signature = signature });
    }

    private async Task<SettlementIntent> NewClaim()
    {
        (Terms terms, AccountFromTests consumer, AccountFromTests provider) = await Open(providerAccount: 2);
        using var sender = new TransactionSender(_chain, provider.Account, Sending);
        Assert.True((await sender.SendAsync(new ChainCall.Confirm(terms))).Succeeded);
        var unit = new UsageUnit(terms.ChannelId(_chain.Domain), 1, 5_000_000, terms.Consumer, terms.Provider, 1, Bytes32.Zero);
        return SettlementIntent.Claim(terms, SignedUnit.Sign(unit, consumer.Node, _chain.Domain));
    }

    /// <summary>A channel; of a provider of its own unless said otherwise, as each has five slots.</summary>
    private async Task<(Terms Terms, AccountFromTests Consumer, AccountFromTests Provider)> Open(int? providerAccount = null)
    {
        var consumer = new AccountFromTests(1);
        int salt = Interlocked.Increment(ref _salts);
        AccountFromTests provider = providerAccount is { } index ? new AccountFromTests(index) : new AccountFromTests(Keccak256.HashText($"anvil provider {salt}").ToArray());
        var terms = new Terms(
            consumer.Address, provider.Address, 10_000_000, new TokenAmount(1_000_000), 1_000, ChannelKind.Direct, Keccak256.HashText($"anvil {salt}"));
        using var account = new ConsumerAccount(_chain, consumer.Account, Sending);
        Assert.True((await account.OpenAsync(terms)).Succeeded);
        return (terms, consumer, provider);
    }

    private sealed class AccountFromTests(byte[] key) : IDisposable
    {
        public AccountFromTests(int index)
            : this(AnvilAccounts.PrivateKey(index))
        {
        }

        public Tachyon.Chain.Keys.AccountSigner Account { get; } = new(key);

        public KeySigner Node { get; } = new(key);

        public Address Address => Account.Address;

        public void Dispose()
        {
            Account.Dispose();
            Node.Dispose();
        }
    }
}
