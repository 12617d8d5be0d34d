using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Reputation;

/// <summary>What statements weigh is what this node's own endpoint shows of their channels, whatever the gateway let pass.</summary>
public sealed class StatementWeigherTests : IAsyncLifetime, IDisposable
{
    private static readonly Bytes32 Log = Bytes32.FromBytes(TestChannels.Key(77));

    private readonly TemporaryDirectory _directory = new();
    private readonly SimulatedChain _chain = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private EdgeJournal _journal = null!;
    private ChannelBook _book = null!;
    private KnownStatements _known = null!;
    private Task _weighing = Task.CompletedTask;
    private int _looks;

    public Task InitializeAsync()
    {
        _journal = EdgeJournal.Open(_directory.Combine("journal.db"));
        _book = new ChannelBook(_journal);
        _known = new KnownStatements(
            _journal, new SignatureVerifier(), _chain.Domain, TestChannels.Consumer.Address, TimeProvider.System, NullLogger<KnownStatements>.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _weighing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _book.Dispose();
        await _journal.DisposeAsync();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Statements_OfNodesThatCount_WeighOnceTheirChannelsHavePaid_AndNotBefore()
    {
        // The gateway passes on two statements of trusted nodes, on channels that there are none of.
        var one = Statements.Of(1, Key(20), TestChannels.Provider, domain: _chain.Domain);
        var other = Statements.Of(2, Key(21), TestChannels.Provider, domain: _chain.Domain);
        var policy = Policy(one, other);
        Start(Task.FromResult(Counted()));
        await _known.TakeAsync(Log, [one, other]);
        await Eventually.TrueAsync(() => Looked(2), "both channels to be looked up");
        Assert.Null(policy.WhyNot(TestChannels.Provider.Address));

        await PayAsync(20, one.Terms);
        await Eventually.TrueAsync(() => Looked(_journal.Statements.StandingAbout(TestChannels.Provider.Address).Count(known => known.HasPaid) == 1), "the first to have paid");
        Assert.Null(policy.WhyNot(TestChannels.Provider.Address));

        await PayAsync(21, other.Terms);
        await Eventually.TrueAsync(() => Looked(policy.IsParted(TestChannels.Provider.Address)), "both to have paid");
        Assert.Contains("2 nodes", policy.WhyNot(TestChannels.Provider.Address)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flood_OfStatementsOnMadeUpChannels_CostsTheEndpointSoManyLooksAndNoMore()
    {
        var flood = Enumerable.Range(1, StatementWeigher.AtOnce + 10).Select(i => Statements.Of((ulong)i, Key(100 + i), TestChannels.Provider, domain: _chain.Domain)).ToList();
        await _known.TakeAsync(Log, flood);
        Start(Task.FromResult(Counted()));

        await Eventually.TrueAsync(() => Volatile.Read(ref _looks) == StatementWeigher.AtOnce, "a round of looks");
        await Eventually.TrueAsync(() => Looked(flood.Count), "the next round, after a pause");

        // All had their turn: nothing more is asked until much later.
        _time.Advance(StatementWeigher.Interval);
        _time.Advance(StatementWeigher.AgainInterval / 2);
        Assert.Equal(flood.Count, Volatile.Read(ref _looks));
    }

    [Fact]
    public async Task Endpoint_ThatNeverAnswers_HoldsUpNeitherStatementsNorTheEnd()
    {
        var silent = Between.Of<ISettlementChain>(_chain, (method, args, call) =>
            method.Name == nameof(ISettlementChain.GetChannelAsync) ? NeverAsync((CancellationToken)args[2]!) : call());
        Start(Task.FromResult(silent));
        await _known.TakeAsync(Log, [Statements.Of(1, Key(20), TestChannels.Provider, domain: _chain.Domain)]);
        await Eventually.TrueAsync(() => Looked(1), "a look that nobody answers");

        await _known.TakeAsync(Log, [Statements.Of(2, TestChannels.Provider, TestChannels.Consumer, domain: _chain.Domain)]);

        Assert.Equal(PeerObjectionKind.TheirStatement, Policy().WhyNot(TestChannels.Provider.Address)!.Kind);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _weighing.WaitAsync(Eventually.DefaultTimeout));
    }

    private static KeySigner Key(int number) => new(KeyBytes(number));

    private static byte[] KeyBytes(int number) => [.. TestChannels.Key(7)[..30], (byte)(number >> 8), (byte)number];

    private PeerPolicy Policy(params PublishedStatement[] trusted) => new(
        new Blacklist(new DataDirectory(_directory.Path)),
        _journal,
        _book,
        new ReputationOptions { Policies = ReputationPolicies.Weigh, Trusted = [.. trusted.Select(statement => statement.Signed.Issuer)] },
        TestChannels.Consumer.Address);

    private void Start(Task<ISettlementChain> connected) => _weighing = new StatementWeigher(_journal, connected, _time).RunAsync(_stop.Token);

    private ISettlementChain Counted() => Between.Of<ISettlementChain>(_chain, (method, _, call) =>
    {
        if (method.Name == nameof(ISettlementChain.GetChannelAsync))
        {
            Interlocked.Increment(ref _looks);
        }

        return call();
    });

    private async Task<ChannelView> NeverAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException("Nobody waits so long.");
    }

    private bool Looked(int looks) => Looked(Volatile.Read(ref _looks) >= looks);

    // Time passes while it is waited for: what comes after a pause comes.
    private bool Looked(bool isDone)
    {
        if (!isDone)
        {
            _time.Advance(StatementWeigher.Interval);
        }

        return isDone;
    }

    private async Task PayAsync(int consumer, Terms terms)
    {
        using var account = new AccountSigner(KeyBytes(consumer));
        using var provider = new AccountSigner(TestChannels.ProviderKey);
        _chain.Fund(account.Address, NodeWorld.Purse);
        _chain.Fund(provider.Address, NodeWorld.Purse);
        var options = new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(10) };
        using var opening = new ConsumerAccount(_chain, account, options);
        using var sender = new TransactionSender(_chain, provider, options);
        Assert.True((await opening.OpenAsync(terms)).Succeeded);
        Assert.True((await sender.SendAsync(new ChainCall.Confirm(terms))).Succeeded);
        var unit = new UsageUnit(terms.ChannelId(_chain.Domain), 1, 1_000_000, terms.Consumer, terms.Provider, 1, Bytes32.Zero);
        Assert.True((await sender.SendAsync(new ChainCall.Claim(terms, SignedUnit.Sign(unit, Key(consumer), _chain.Domain)))).Succeeded);
    }
}
