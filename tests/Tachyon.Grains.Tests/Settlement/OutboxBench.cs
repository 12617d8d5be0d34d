using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Tachyon.Chain;
using Tachyon.Chain.Simulation;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Settlement;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>
/// Outboxes without a silo, on a storage that crashes and a simulated chain, driven step by step: every run of a test is the
/// same.
/// </summary>
internal sealed class OutboxBench : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("settlement", "operator");

    private readonly List<Party> _parties = [];
    private readonly Dictionary<ChannelId, Party> _sellers = [];
    private readonly ISettlementChain _port;
    private int _salts;

    public OutboxBench(int finalityDepth = 0)
    {
        Chain = new SimulatedChain(new SimulatedChainOptions { FinalityDepth = finalityDepth });
        Clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds((long)Chain.NowSeconds));
        Operator = NewParty();
        Provider = NewParty();
        Account = new RecordingAccount(Operator.Account);
        (_port, Requests) = RecordingChain.Around(Chain);
    }

    public SimulatedChain Chain { get; }

    /// <summary>What the outboxes ask of the chain.</summary>
    public RecordingChain Requests { get; }

    /// <summary>Nonces with which calls of different content were sent: there must never be one.</summary>
    public ulong[] AmbiguousNonces => Account.AmbiguousNonces(Requests.Sent);

    public FakeTimeProvider Clock { get; }

    public CrashingStorage Storage { get; } = new();

    public GrainsOptions Options { get; } = new();

    public Party Operator { get; }

    public Party Provider { get; }

    public RecordingAccount Account { get; }

    public ulong NowSeconds => (ulong)Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A fresh activation.</summary>
    public async Task<Activation> Activate()
    {
        var activation = new Activation();
        activation.Ledger = new OutboxLedger(
            () => new StoredRecord<OutboxHead>(Storage, "outbox", Grain),
            slot => new StoredRecord<OutboxSlot>(Storage, $"outbox-{slot}", Grain),
            () => activation.IsOver = true);
        await activation.Ledger.LoadAsync();
        activation.Outbox = new Outbox(
            _port, Account, Options, new GrainClock(Clock), activation.Ledger, _ => Task.CompletedTask, NullLogger.Instance);
        return activation;
    }

    public Party NewParty()
    {
        var party = new Party(100 + _parties.Count, Chain.Domain);
        _parties.Add(party);
        Chain.Fund(party.Address, new TokenAmount(System.Numerics.BigInteger.Pow(10, 24)));
        return party;
    }

    /// <summary>Lets time pass, on the clock and on the chain, and mines a block.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        Chain.AdvanceTime(time);
    }

    /// <summary>An opened channel, whatever the chain's automine says.</summary>
    public async Task<(Party Consumer, Terms Terms)> Open(Party? provider = null, bool active = false, long pricePerMB = 1_000_000)
    {
        bool automine = Chain.Automine;
        Chain.Automine = true;
        Party consumer = NewParty();
        Party seller = provider ?? NewParty();
        var terms = new Terms(
            consumer.Address, seller.Address, 100_000_000, new TokenAmount(pricePerMB), 1_000, ChannelKind.Direct, Keccak256.HashText($"bench {++_salts}"));
        await consumer.Send(Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await consumer.Send(Chain, new ChainCall.Open(terms));
        if (active)
        {
            await seller.Send(Chain, new ChainCall.Confirm(terms));
        }
        else if (provider is null)
        {
            _sellers[terms.ChannelId(Chain.Domain)] = seller;
        }

        Chain.Automine = automine;
        return (consumer, terms);
    }

    /// <summary>The confirm of a channel opened for it.</summary>
    public async Task<SettlementIntent> NewConfirm()
    {
        (_, Terms terms) = await Open();
        ChannelId channel = terms.ChannelId(Chain.Domain);
        return SettlementIntent.Confirm(terms, _sellers[channel].Confirm(channel, NowSeconds + 36_000));
    }

    /// <summary>How often something happened on the chain as it is now.</summary>
    public async Task<int> Count<T>(ChannelId channel)
        where T : ChannelEvent
    {
        ulong head = (await Chain.GetBlockAsync(ReadAt.Latest)).Number;
        return (await Chain.GetEventsAsync(0, head)).OfType<T>().Count(happened => happened.Channel == channel);
    }

    public Task<ulong> MinedNonce() => Chain.GetNonceAsync(Operator.Address, NonceScope.Mined);

    public void Dispose() => _parties.ForEach(party => party.Dispose());

    internal sealed class Activation
    {
        public OutboxLedger Ledger { get; set; } = null!;

        public Outbox Outbox { get; set; } = null!;

        public bool IsOver { get; set; }

        public Task Round() => Outbox.RoundAsync(CancellationToken.None);
    }
}
