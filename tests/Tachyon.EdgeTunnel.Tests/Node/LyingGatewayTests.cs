using System.Net;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using ChannelOpened = Tachyon.Protocol.Gateway.ChannelOpened;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>
/// A gateway that invents and withholds: nodes serve and sign nothing that their own endpoint does not show final, and lose
/// nothing. Matches and acceptances that are lies: <see cref="LyingSiloTests"/>, <see cref="AcceptanceTests"/>.
/// </summary>
public sealed class LyingGatewayTests : IDisposable
{
    private readonly EchoServer _target = new();
    private NodeWorld _world = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task ConfirmInvented_ByAGatewayThatKeepsTheRealOne_GetsNothingServedOrSigned_AndTheDepositComesBack()
    {
        _world.Silo.Instead = request => request is ConfirmRelay ? Accepted.Instance : null;
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await Eventually.TrueAsync(() => _world.Silo.Requests.Any(request => request is ConfirmRelay), "the provider has signed its confirm");
        var channelId = ChannelId.Parse(consumer.OnlyChannel.ChannelId);

        Push(TestChannels.Consumer.Address, Status(channelId, SettlementOperation.Confirm));
        Push(TestChannels.Provider.Address, Status(channelId, SettlementOperation.Confirm));
        await LookTwiceAsync(consumer, provider);

        Assert.NotEqual("serving", consumer.Status.State);
        Assert.Equal("opened", consumer.OnlyChannel.Phase);
        Assert.Equal(HandshakeFault.RefusedByPeer, await DialAsync(consumer, provider, consumer.Parts.Book.Find(channelId)!.Terms));
        Assert.DoesNotContain(_world.Silo.Requests, request => request is SubmitUnits);

        _world.Silo.Instead = request => request is MatchRequest ? new MatchResult(null, []) : null;
        _world.Chain.AdvanceTime(TimeSpan.FromHours(5));
        await consumer.UntilAsync(status => status.Channels is [{ Phase: "expired" }], "the deposit is back");
        Assert.Equal(NodeWorld.Purse, await BalanceAsync(TestChannels.Consumer.Address));
    }

    [Fact]
    public async Task OpenInvented_IsNeitherConfirmedNorServed()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartWatch();
        var terms = TestChannels.Terms(salt: 66);
        var channelId = terms.ChannelId(_world.Chain.Domain);

        Push(TestChannels.Provider.Address, new ChannelOpened(channelId, terms, _world.Chain.NowSeconds + 3_600));
        Push(TestChannels.Provider.Address, Status(channelId, SettlementOperation.Confirm));
        await LookTwiceAsync(provider);

        Assert.Equal(HandshakeFault.RefusedByPeer, await DialAsync(consumer, provider, terms));
        Assert.DoesNotContain(_world.Silo.Requests, request => request is ConfirmRelay);
        Assert.Equal(0, provider.Status.Offer!.SlotsUsed);
    }

    [Fact]
    public async Task OpenAndConfirm_BeforeTheyAreFinal_CountForNothing()
    {
        _world.Dispose();
        _world = new NodeWorld(new SimulatedChainOptions { FinalityDepth = 3, StartSeconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() });
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await Eventually.TrueAsync(async () => await BalanceAsync(TestChannels.Consumer.Address) != NodeWorld.Purse, "the deposit is in a block");
        await LookTwiceAsync(consumer, provider);
        Assert.DoesNotContain(_world.Silo.Requests, request => request is ConfirmRelay);

        _world.Chain.Mine(3);
        await Eventually.TrueAsync(() => _world.Silo.Requests.Any(request => request is ConfirmRelay), "a final open is confirmed");
        var channelId = ChannelId.Parse(consumer.OnlyChannel.ChannelId);
        await Eventually.TrueAsync(
            async () => (await _world.Chain.GetChannelAsync(channelId, ReadAt.Latest)).Status == ChannelStatus.Active, "the confirm is in a block");
        await LookTwiceAsync(consumer, provider);
        Assert.NotEqual("serving", consumer.Status.State);
        Assert.Equal(HandshakeFault.RefusedByPeer, await DialAsync(consumer, provider, consumer.Parts.Book.Find(channelId)!.Terms));

        _world.Chain.Mine(3);
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 10_000);
    }

    [Fact]
    public async Task EndInvented_LeavesTheChannelServing_AndTheCloseThatIsWithheldIsSentByTheNodeItself()
    {
        _world.SettlementPatience = TimeSpan.FromSeconds(1);
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 100_000);
        var channelId = ChannelId.Parse(consumer.OnlyChannel.ChannelId);

        foreach (var node in new[] { TestChannels.Consumer.Address, TestChannels.Provider.Address })
        {
            Push(node, new CloseAlert(channelId, ChannelPhase.Settled, 1_000, 90_000_000, 0));
            Push(node, new CloseAlert(channelId, ChannelPhase.Closing, 0, 0, _world.Chain.NowSeconds));
            Push(node, Status(channelId, SettlementOperation.CooperativeClose));
            Push(node, new ClosureOffered(node == TestChannels.Consumer.Address ? TestChannels.Provider.Address : TestChannels.Consumer.Address, new SignedClosure(
                new Closure(channelId, 90_000_000, _world.Chain.NowSeconds + 7_200), TestChannels.Consumer.Sign(new Closure(channelId, 1_000, 1), _world.Chain.Domain))));
        }

        await LookTwiceAsync(consumer, provider);
        await consumer.EchoAsync(_target, 900_000);
        Assert.Equal("active", consumer.OnlyChannel.Phase);
        Assert.Equal(100_000_000UL, consumer.OnlyChannel.CapacityBytes);
        Assert.Empty(provider.Parts.Journal.Closures.Load(channelId, ClosureSide.Own));

        // Taken on, complete, and never carried out.
        _world.Silo.Instead = request => request is CloseRelay ? new CloseTaken(true, null) : null;
        consumer.Close(consumer.OnlyChannel);
        await consumer.UntilAsync(status => status.Channels[0].Close?.State == "settled", "the channel is settled");

        Assert.Equal(2_000_000UL, consumer.OnlyChannel.Settlement!.BytesUsed);
        Assert.Equal(TestChannels.Terms().Price(2_000_000), await BalanceAsync(TestChannels.Provider.Address));
    }

    [Fact]
    public async Task UnitsAcknowledgedAndForgotten_CostTheProviderNothing()
    {
        _world.Silo.Instead = request => request is StartCloseRelay or CloseRelay ? Accepted.Instance : null;
        _world.Chain.Fund(TestChannels.Provider.Address, TokenAmount.Zero);
        await using var provider = _world.StartProvider();
        Terms terms;
        await using (var consumer = _world.StartConsumer())
        {
            await consumer.ServingAsync();
            await consumer.EchoAsync(_target, 1_000_000);
            terms = consumer.Parts.Book.Find(ChannelId.Parse(consumer.OnlyChannel.ChannelId))!.Terms;
            await consumer.StopAsync();
        }

        // The silo that said it keeps the units shows nobody any; the provider has its own.
        using var sender = new TransactionSender(_world.Chain, new AccountSigner(TestChannels.ConsumerKey));
        Assert.True((await sender.SendAsync(new ChainCall.StartClose(terms, null, null))).Succeeded);
        var channelId = terms.ChannelId(_world.Chain.Domain);
        await Eventually.TrueAsync(
            async () => (await _world.Chain.GetChannelAsync(channelId, ReadAt.Latest)).ConsumerBytes >= 2_000_000, "the provider shows the consumer's unit");
        _world.Chain.AdvanceTime(TimeSpan.FromHours(13));
        await provider.UntilAsync(status => status.Channels[0].Phase == "settled", "the channel is settled");
        Assert.True(await BalanceAsync(TestChannels.Provider.Address) >= terms.Price(2_000_000));
    }

    [Theory]
    [InlineData(2_000_000)] // what was served
    [InlineData(1_000_000)] // half of it
    public async Task ClosureThatTheConsumerSigned_IsSignedWhereItCoversWhatWasServed_AndEndsServiceInAnyCase(ulong bytesUsed)
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);
        var channelId = ChannelId.Parse(consumer.OnlyChannel.ChannelId);
        var closure = new Closure(channelId, bytesUsed, _world.Chain.NowSeconds + 7_200);

        Push(TestChannels.Provider.Address, new ClosureOffered(
            TestChannels.Consumer.Address, new SignedClosure(closure, TestChannels.Consumer.Sign(closure, _world.Chain.Domain))));

        if (bytesUsed == 2_000_000)
        {
            await provider.UntilAsync(status => status.Channels[0].Phase == "settled", "the channel is settled");
            Assert.Equal(TestChannels.Terms().Price(bytesUsed), await BalanceAsync(TestChannels.Provider.Address));
        }
        else
        {
            await Eventually.TrueAsync(() => provider.Parts.Journal.Sessions.Load(0, long.MaxValue).Any(session => session.EndedAtMs is not null), "the session ended");
            Assert.Empty(provider.Parts.Journal.Closures.Load(channelId, ClosureSide.Own));
        }
    }

    [Fact]
    public async Task ChannelThatTheOperatorWouldHaveClosed_IsClosedAtWhatWasServed()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);
        var channelId = ChannelId.Parse(consumer.OnlyChannel.ChannelId);

        Push(TestChannels.Provider.Address, new CloseAsked(ChannelId.Parse(Keccak256.HashText("a channel that nobody has").ToString())));
        Push(TestChannels.Provider.Address, new CloseAsked(channelId));

        await provider.UntilAsync(status => status.Channels[0].Phase == "settled", "the channel is settled");
        Assert.Equal(TestChannels.Terms().Price(2_000_000), await BalanceAsync(TestChannels.Provider.Address));
    }

    private static SettlementStatus Status(ChannelId channelId, SettlementOperation operation) =>
        new(channelId, operation, SettlementProgress.Done, Keccak256.HashText("a transaction that nobody sent"), 21_000, "");

    private void Push(Address node, GatewayPush push) => _world.Silo.GatewayFor(node).Push(push);

    private Task<TokenAmount> BalanceAsync(Address account) => _world.Chain.GetBalanceAsync(account, ReadAt.Latest);

    // Whatever a push made a node look at, it has looked at by then.
    private static async Task LookTwiceAsync(params RunningNode[] nodes)
    {
        foreach (var node in nodes)
        {
            await node.Parts.Chain.LookAsync(CancellationToken.None);
            await node.Parts.Chain.LookAsync(CancellationToken.None);
        }
    }

    private static async Task<HandshakeFault> DialAsync(RunningNode consumer, RunningNode provider, Terms terms)
    {
        using var engines = consumer.Parts.UnitEngines(new TunnelPair.Observer());
        var context = consumer.Parts.TunnelContext(engines, new TunnelPair.Observer());
        var channel = new TunnelChannel(terms.ChannelId(consumer.Parts.Deployment.Domain), terms, terms.CapacityBytes);
        var endpoint = IPEndPoint.Parse(provider.Status.Listen!);
        var connection = await ConsumerTunnel.ConnectAsync("127.0.0.1", endpoint.Port, channel, context, CancellationToken.None);
        await (connection.Tunnel?.DisposeAsync() ?? ValueTask.CompletedTask);
        return connection.Fault;
    }
}
