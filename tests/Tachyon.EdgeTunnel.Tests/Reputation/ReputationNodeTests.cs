using System.Collections.Concurrent;
using System.CommandLine;
using System.Numerics;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Reputation;

/// <summary>Whole nodes with what they and others state.</summary>
public sealed class ReputationNodeTests : IDisposable
{
    private static readonly Bytes32 Log = Bytes32.FromBytes(TestChannels.Key(77));

    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();
    private readonly ConcurrentQueue<PublishStatement> _published = [];
    private volatile IReadOnlyList<PublishedStatement> _log = [];
    private volatile bool _isBusy;

    public ReputationNodeTests() => _world.Silo.Instead = request => request switch
    {
        StatementsRequest asked => new StatementsReply(
            Log, (ulong)_log.Count, [.. _log.Where(statement => asked.Log != Log || statement.Sequence > asked.After).Take(2)]),
        PublishStatement when _isBusy => new GatewayError(GatewayErrorCode.Unavailable, "not now"),
        PublishStatement statement => Take(statement),
        _ => null,
    };

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Blacklist_IsPublishedOnceTheChannelHasPaid_UntilItIsAcknowledged_AndRevokedWhenTakenOff()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);
        var list = new Blacklist(_world.Data("consumer"));
        _isBusy = true;
        list.Add(TestChannels.Provider.Address, "for myself", TimeProvider.System.GetUtcNow(), BlacklistingReason.Unserved);

        // Its session ends in order, and nobody is told while the channel has paid nothing.
        await consumer.UntilAsync(status => status.State is not "serving", "the session's end");
        Assert.DoesNotContain(_world.Silo.Requests, request => request is PublishStatement);
        await PayAsync(consumer);
        await consumer.UntilAsync(status => status.Reputation is { Waiting: 1, Published: 0 }, "the statement to wait");
        _isBusy = false;
        await consumer.UntilAsync(status => status.Reputation is { Waiting: 0, Published: 1 }, "the statement to be published");
        var stated = _published.Single().Signed.Statement;
        Assert.Equal((TestChannels.Consumer.Address, TestChannels.Provider.Address), (stated.Issuer, stated.Subject));
        Assert.Equal(((byte)BlacklistingReason.Unserved, false), (stated.Reason, stated.Revoked));

        // The node is given no other provider, and tells why.
        list.Remove(TestChannels.Provider.Address);
        await Eventually.TrueAsync(() => _published.Count == 2, "the revocation");
        var revoked = _published.Last().Signed;
        Assert.True(revoked.Statement.Revoked);
        Assert.True(revoked.Supersedes(_published.First().Signed));
        Assert.Equal(StatementFault.None, StatementRules.Check(
            revoked, TermsOf(consumer), null, new SignatureVerifier(), _world.Chain.Domain, ulong.MaxValue / 2));
        await consumer.UntilAsync(status => status.Reputation is { Waiting: 0, Published: 0 }, "the revocation to be acknowledged");
    }

    [Fact]
    public async Task Statement_OfTheConsumer_EndsItsSessionAtTheProvider_AndWhatWasMissedWhileAwayIsCaughtUp()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await provider.UntilAsync(_ => provider.Parts.Journal.StatementCursor.Find() is not null, "the log to be followed");

        var stated = Statements.Of(1, TestChannels.Consumer, TestChannels.Provider, domain: _world.Chain.Domain);
        _log = [stated];
        _world.Silo.GatewayFor(TestChannels.Provider.Address).Push(new StatementsPublished(Log, [stated]));
        await consumer.UntilAsync(status => status.State is not "serving", "the session's end");
        await provider.UntilAsync(status => status.Reputation is { Known: 1, Standing: 1 }, "the statement to be known");

        // Five more while it is away, more than come at once; then a push over a gap.
        var others = Enumerable.Range(2, 5).Select(i => Statements.Of((ulong)i, new KeySigner(TestChannels.Key((byte)(i + 30))), TestChannels.Consumer));
        _log = [stated, .. others, Statements.Of(7, TestChannels.Consumer, TestChannels.Provider, revoked: true, domain: _world.Chain.Domain)];
        _world.Silo.GatewayFor(TestChannels.Provider.Address).Cut();
        await provider.UntilAsync(_ => provider.Parts.Journal.StatementCursor.Find()?.BlockNumber == 7, "all statements to be read");

        // Those of another chain were not kept; the revocation lets the consumer in again.
        Assert.Equal((1, 0), provider.Parts.Journal.Statements.Count());
        await consumer.ServingAsync();
        var last = Statements.Of(9, TestChannels.Consumer, TestChannels.Provider, domain: _world.Chain.Domain);
        _log = [.. _log, Statements.Of(8, TestChannels.Consumer, TestChannels.Provider, revoked: true, domain: _world.Chain.Domain), last];
        _world.Silo.GatewayFor(TestChannels.Provider.Address).Push(new StatementsPublished(Log, [last]));
        await provider.UntilAsync(_ => provider.Parts.Journal.StatementCursor.Find()?.BlockNumber == 9, "the gap to be filled");
        await consumer.UntilAsync(status => status.State is not "serving", "the session's end");
    }

    [Theory]
    [InlineData("of the provider, heard by the consumer")]
    [InlineData("proof against the provider, heard by the consumer")]
    [InlineData("proof against the consumer, heard by the provider")]
    public async Task Statement_HeardWhileConnected_EndsTheSession_AndThereIsNoOther_UntilItIsTakenBack(string statement)
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        var stranger = new KeySigner(TestChannels.Key(40));
        var (issuer, subject, hearer) = statement switch
        {
            "of the provider, heard by the consumer" => (TestChannels.Provider, TestChannels.Consumer, consumer),
            "proof against the provider, heard by the consumer" => (stranger, TestChannels.Provider, consumer),
            _ => (stranger, TestChannels.Consumer, provider),
        };
        await hearer.UntilAsync(_ => hearer.Parts.Journal.StatementCursor.Find() is not null, "the log to be followed");

        Publish(hearer, Statements.Of(1, issuer, subject, isProved: issuer == stranger, domain: _world.Chain.Domain));
        await consumer.UntilAsync(status => status.State is not "serving", "the session's end");
        var other = hearer == consumer ? TestChannels.Provider.Address : TestChannels.Consumer.Address;
        Assert.True(hearer.Parts.Peers.IsParted(other));
        var sessions = Sessions();

        // Whoever wants to use the node meanwhile starts no session, and no channel with that one.
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(System.Net.IPEndPoint.Parse(consumer.Status.Socks!));
        var wanting = SocksHandshake.ConnectAsync(client.GetStream(), _target.EndPoint);
        await consumer.UntilAsync(status => status.State is "matching" or "connecting", "the node to look for a way");
        Assert.Equal(sessions, Sessions());
        Assert.Single(consumer.Parts.Book.All);

        Publish(hearer, Statements.Of(2, issuer, subject, revoked: true, domain: _world.Chain.Domain));
        await consumer.ServingAsync();
        await wanting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        int Sessions() => hearer.Parts.Journal.Sessions.Load(0, long.MaxValue).Count;
    }

    [Fact]
    public async Task Consumer_WhoseOneProviderIsParted_EndsWithASentenceThatSaysWhatToDo()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        new Blacklist(_world.Data("consumer")).Add(TestChannels.Provider.Address, null, TimeProvider.System.GetUtcNow());
        await using var consumer = _world.StartConsumer(TestChannels.Provider.Address);

        var printed = await PrintedAsync(consumer.Running);

        Assert.Contains("is on this node's blacklist: take it off with tachyon-edge blacklist remove", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(_world.Silo.Requests, request => request is OpenNotice or AcceptanceRequest);
    }

    [Fact]
    public async Task Provider_DeclinesAPartedConsumer_WithTheReason()
    {
        new Blacklist(_world.Data("provider")).Add(TestChannels.Consumer.Address, null, TimeProvider.System.GetUtcNow());
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer(TestChannels.Provider.Address);

        var printed = await PrintedAsync(consumer.Running);

        Assert.Equal(RefusalReason.Blacklisted, _world.Silo.Requests.OfType<DeclineRelay>().First().Reason);
        Assert.Contains("the deposit went back", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RefusalReason.SlotsFull)]
    [InlineData(RefusalReason.PriceBelowOffer)]
    [InlineData(RefusalReason.ToleranceAboveLimit)]
    [InlineData(RefusalReason.Blacklisted)]
    [InlineData(RefusalReason.Draining)]
    [InlineData(RefusalReason.AboveChannelCap)]
    [InlineData(RefusalReason.MonthlyCapReached)]
    public async Task Consumer_WhoseTermsWouldBeDeclined_DepositsNothing_AndPrintsTheSentence(RefusalReason reason)
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        _world.Silo.Instead = request => request is AcceptanceRequest ? new Refused(reason, $"the reason in words ({reason}): what to do") : null;
        await using var consumer = _world.StartConsumer(TestChannels.Provider.Address);

        var printed = await PrintedAsync(consumer.Running);

        Assert.Contains($"the reason in words ({reason}): what to do", printed, StringComparison.Ordinal);
        Assert.Contains("nothing was deposited", printed, StringComparison.Ordinal);
        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task DrainingProvider_DeclinesAtOnce_SoThatTheDepositComesBack()
    {
        await using var provider = _world.StartProvider(newChannels: false);
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer(TestChannels.Provider.Address);

        var printed = await PrintedAsync(consumer.Running);

        Assert.Equal(RefusalReason.Draining, _world.Silo.Requests.OfType<DeclineRelay>().First().Reason);
        Assert.Contains("the deposit went back", printed, StringComparison.Ordinal);
    }

    private void Publish(RunningNode hearer, PublishedStatement statement)
    {
        _log = [.. _log, statement];
        _world.Silo.GatewayFor(hearer.Parts.Self).Push(new StatementsPublished(Log, [statement]));
    }

    // What the command line prints when a node ends with a fault.
    private static async Task<string> PrintedAsync(Task running)
    {
        var root = new RootCommand();
        root.Options.Add(CommonOptions.Json);
        root.Options.Add(CommonOptions.Data);
        root.Subcommands.Add(new Command("connect").Runs(async (_, cancellationToken) =>
        {
            await running.WaitAsync(Eventually.DefaultTimeout, cancellationToken);
            return ExitCode.Success;
        }));
        using var error = new StringWriter();
        Assert.NotEqual(0, await root.Parse(["connect"]).InvokeAsync(new InvocationConfiguration { Error = error }));
        return error.ToString();
    }

    private Accepted Take(PublishStatement statement)
    {
        _published.Enqueue(statement);
        return Accepted.Instance;
    }

    private static Terms TermsOf(RunningNode consumer) => consumer.Parts.Book.All.Single().Terms;

    // The provider's claim of the first unit, by whoever pays the gas.
    private async Task PayAsync(RunningNode consumer)
    {
        var terms = TermsOf(consumer);
        var unit = SignedUnit.Sign(
            new UsageUnit(terms.ChannelId(_world.Chain.Domain), 1, 256_000, terms.Consumer, terms.Provider, 1, Bytes32.Zero),
            TestChannels.Consumer, _world.Chain.Domain);
        using var account = new AccountSigner(TestChannels.Key(99));
        _world.Chain.Fund(account.Address, new Protocol.Amounts.TokenAmount(BigInteger.One));
        using var sender = new TransactionSender(_world.Chain, account, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(10) });
        Assert.True((await sender.SendAsync(new ChainCall.Claim(terms, unit))).Succeeded);
    }
}
