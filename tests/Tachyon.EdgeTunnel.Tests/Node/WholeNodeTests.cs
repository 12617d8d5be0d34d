using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>Consumer and provider as their commands run them, over a real tunnel on loopback.</summary>
public sealed class WholeNodeTests : IDisposable
{
    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Nodes_OpenServeAndClose_PayExactlyTheAgreedBytes()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        var echoed = await consumer.EchoAsync(_target, 3_000_000);
        consumer.Close(consumer.OnlyChannel);
        await consumer.UntilAsync(status => status.Channels[0].Close?.State == "settled", "the channel is settled");
        await provider.UntilAsync(status => status.Channels[0].Phase == "settled", "the provider sees it settled");

        var channel = consumer.OnlyChannel;
        var settlement = channel.Settlement!;
        Assert.Equal((ulong)(2 * echoed), channel.OwnBytes);
        Assert.Equal(channel.AgreedBytes, settlement.BytesUsed);
        Assert.InRange(settlement.BytesUsed, channel.OwnBytes, channel.OwnBytes + 999);
        var paid = TokenAmount.Parse(settlement.Paid);
        Assert.Equal(TestChannels.Terms().Price(settlement.BytesUsed), paid);
        Assert.Equal("0", settlement.Burned);
        Assert.Equal(paid, await _world.Chain.GetBalanceAsync(TestChannels.Provider.Address, ReadAt.Latest));
        Assert.Equal(NodeWorld.Purse - paid, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
        Assert.Equal(settlement, provider.OnlyChannel.Settlement);
        Assert.Contains(_world.Silo.Requests, request => request is SubmitUnits);
    }

    [Fact]
    public async Task Consumer_StartedAgain_UsesTheChannelItHasAndGoesOnCounting()
    {
        await using var provider = _world.StartProvider();
        ChannelDocument before;
        await using (var first = _world.StartConsumer())
        {
            await first.ServingAsync();
            await first.EchoAsync(_target, 1_000_000);
            await first.StopAsync();
            before = first.OnlyChannel;
        }

        await using var second = _world.StartConsumer();
        await second.ServingAsync();
        await second.EchoAsync(_target, 500_000);
        await second.UntilAsync(status => status.Totals.OwnBytes == 3_000_000, "the count goes on");

        Assert.Equal(before.ChannelId, second.OnlyChannel.ChannelId);
        Assert.Equal(2_000_000UL, before.OwnBytes);

        // At least what was used, since it ended in order; units run ahead of use by at most a checkpoint, and never fall.
        Assert.InRange(before.AgreedBytes, 2_000_000UL, 7_000_000UL);
        Assert.True(second.OnlyChannel.AgreedBytes >= before.AgreedBytes);
    }

    [Fact]
    public async Task Provider_StartedAgain_TakesUpTheChannelWithTheSameCounts()
    {
        await using var consumer = _world.StartConsumer();
        int port;
        await using (var first = _world.StartProvider())
        {
            await consumer.ServingAsync();
            await consumer.EchoAsync(_target, 1_000_000);
            port = System.Net.IPEndPoint.Parse(first.Status.Listen!).Port;
            await first.StopAsync();
        }

        await using var second = _world.StartProvider(port: port);
        await second.UntilAsync(status => status.Totals.Sessions == 1, "the consumer comes back");
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);
        consumer.Close(consumer.OnlyChannel);
        await consumer.UntilAsync(status => status.Channels[0].Close?.State == "settled", "the channel is settled");

        Assert.Equal(4_000_000UL, consumer.OnlyChannel.Settlement!.BytesUsed);
    }

    [Fact]
    public async Task Nodes_StartedBeforeTheGatewayAndTheChain_WaitSaySoAndThenServe()
    {
        _world.Silo.Up = false;
        _world.Chain.Faults.Down = true;
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.UntilAsync(
            status => status.Gateway.State == "unreachable" && status.Chain is { State: "connecting", Detail: not null }, "both are reported away");
        Assert.NotEqual("serving", consumer.Status.State);

        _world.Chain.Faults.Down = false;
        await consumer.UntilAsync(status => status.State == "matching" && status.Detail is not null, "only the gateway is missing");

        _world.Silo.Up = true;
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000);
    }

    [Fact]
    public async Task Close_WhenTheGatewayIsGone_IsSentFromTheNodesOwnAccount()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 1_000_000);

        _world.Silo.Up = false;
        consumer.Close(consumer.OnlyChannel);
        await consumer.UntilAsync(status => status.Channels[0].Close?.State == "settled", "the channel is settled");

        Assert.Equal(2_000_000UL, consumer.OnlyChannel.Settlement!.BytesUsed);
    }

    [Fact]
    public async Task Close_StoppedAfterBothSigned_IsTakenUpAtTheNextStart()
    {
        await using var provider = _world.StartProvider();
        await using (var first = _world.StartConsumer())
        {
            await first.ServingAsync();
            await first.EchoAsync(_target, 1_000_000);
            _world.Silo.Instead = request => request is CloseRelay ? new GatewayError(GatewayErrorCode.Unavailable, "not now") : null;
            first.Close(first.OnlyChannel);
            await first.UntilAsync(status => status.Channels[0].Close?.State == "relaying", "both have signed");
        }

        _world.Silo.Instead = _ => null;
        await using var second = _world.StartConsumer();
        await second.UntilAsync(status => status.Channels[0].Close?.State == "settled", "the close goes on by itself");

        Assert.Equal(2_000_000UL, second.Status.Channels[0].Settlement!.BytesUsed);
    }

    [Fact]
    public async Task Consumer_GivenAMatchInTheWrongOrder_OpensNothingAndSaysWhy()
    {
        var offers = Enumerable.Range(1, 3).Select(number => new ProviderOffer(
            Address.FromBytes([.. Enumerable.Repeat((byte)(16 * number), 20)]), "127.0.0.1:1", NodeWorld.Price, 10_000, 5, ulong.MaxValue, ulong.MaxValue)).ToList();
        var right = MatchOrder.Closest(TestChannels.Consumer.Address, offers, 3);
        _world.Silo.Instead = request => request is MatchRequest ? new MatchResult(null, [right[1], right[0], right[2]]) : null;

        await using var consumer = _world.StartConsumer(openTimeout: EndlessWait.Length);
        var fault = await consumer.GivesUpAsync(NodeFault.WrongMatch);

        Assert.Equal(NodeFault.WrongMatch, fault.Fault);
        Assert.Contains(nameof(MatchOrderFault.OutOfOrder), fault.Message, StringComparison.Ordinal);
        Assert.Empty(consumer.Status.Channels);
    }

    [Fact]
    public async Task Consumer_OfferedAPriceAboveItsLimit_OpensNothing()
    {
        await using var provider = _world.StartProvider(price: NodeWorld.Price + new TokenAmount(1));
        await provider.ServingAsync();

        await using var consumer = _world.StartConsumer(openTimeout: EndlessWait.Length);
        var fault = await consumer.GivesUpAsync(NodeFault.WrongMatch);

        Assert.Equal(NodeFault.WrongMatch, fault.Fault);
        Assert.Contains(nameof(MatchRefusal.PriceTooHigh), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consumer_DeclinedByTheOneProviderItWants_GetsItsDepositBackAndSaysSo()
    {
        // The silo misquotes the provider's limit; the provider itself does not fall for it.
        await using var provider = _world.StartProvider(toleranceLimitPpm: 10);
        await provider.ServingAsync();
        _world.Silo.Instead = request => request is MatchRequest
            ? new MatchResult(null, [new ProviderOffer(TestChannels.Provider.Address, provider.Status.Listen!, NodeWorld.Price, 10_000, 5, ulong.MaxValue, ulong.MaxValue)])
            : null;

        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);
        var fault = await Assert.ThrowsAsync<NodeException>(() => consumer.Running);

        Assert.Equal(NodeFault.OpenFailed, fault.Fault);
        Assert.Contains("Declined", fault.Message, StringComparison.Ordinal);
        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task Consumer_WhoseProviderNeverConfirms_TakesItsDepositBackInTime()
    {
        // The silo matches a provider that is long gone.
        _world.Silo.Instead = request => request is MatchRequest
            ? new MatchResult(null, [new ProviderOffer(TestChannels.Provider.Address, "127.0.0.1:1", NodeWorld.Price, 10_000, 5, ulong.MaxValue, ulong.MaxValue)])
            : null;
        await using var consumer = _world.StartConsumer();
        await consumer.UntilAsync(status => status.Channels is [{ Phase: "opened" }], "the deposit is in escrow");
        Assert.NotEqual(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));

        _world.Silo.Instead = request => request is MatchRequest ? new MatchResult(null, []) : null;
        _world.Chain.AdvanceTime(TimeSpan.FromHours(5));
        await consumer.UntilAsync(status => status.Channels is [{ Phase: "expired" }], "the deposit is back");

        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task Provider_WithAllSlotsTaken_DeclinesTheSixthChannel_AndTakesAnotherWhenOneIsFree()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        using var opener = new ConsumerAccount(
            _world.Chain, new AccountSigner(TestChannels.ConsumerKey), new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5) });
        for (byte salt = 1; salt <= 5; salt++)
        {
            await OpenAsync(salt);
        }

        await provider.UntilAsync(status => status.Channels.Count(channel => channel.Phase == "active") == 5, "five are active");
        Assert.Equal(5, provider.Status.Offer!.SlotsUsed);

        // Its consumer gets the deposit back at once and not when nobody has confirmed for long.
        await OpenAsync(salt: 6);
        await provider.UntilAsync(status => status.Channels.Any(channel => channel.Phase == "declined"), "the sixth to be declined");
        Assert.Equal(RefusalReason.SlotsFull, Assert.Single(_world.Silo.Requests.OfType<DeclineRelay>()).Reason);

        var first = provider.Status.Channels.First(channel => channel.Phase == "active");
        var closing = provider.Parts.Book.Find(ChannelId.Parse(first.ChannelId))!.Terms;
        var closure = new Closure(ChannelId.Parse(first.ChannelId), 1_000, _world.Chain.NowSeconds + 600);
        using var sender = new TransactionSender(_world.Chain, new AccountSigner(TestChannels.ConsumerKey));
        Assert.True((await sender.SendAsync(new ChainCall.CooperativeClose(
            closing, closure.BytesUsed, closure.ValidUntilSeconds,
            TestChannels.Consumer.Sign(closure, _world.Chain.Domain), TestChannels.Provider.Sign(closure, _world.Chain.Domain)))).Succeeded);

        await provider.UntilAsync(status => status.Channels.Any(channel => channel.Phase == "settled"), "a slot to be free");

        await OpenAsync(salt: 7);
        await provider.UntilAsync(status => status.Channels.Count(channel => channel.Phase == "active") == 5, "the next took the free slot");

        async Task OpenAsync(byte salt)
        {
            var terms = TestChannels.Terms(salt, 1_000_000);
            _world.Silo.Note(terms);
            Assert.True((await opener.OpenAsync(terms)).Succeeded);
        }
    }

    [Fact]
    public async Task Consumer_WithoutTokens_SaysThatTheContractRefuses()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        using var poor = new NodeWorldPurse(_world.Chain, TestChannels.ConsumerKey);
        await poor.EmptyAsync();

        await using var consumer = _world.StartConsumer();
        var fault = await Assert.ThrowsAsync<NodeException>(() => consumer.Running);

        Assert.Equal(NodeFault.OpenFailed, fault.Fault);
        Assert.Contains(nameof(ContractRefusal.InsufficientBalance), fault.Message, StringComparison.Ordinal);
        Assert.Equal("abandoned", consumer.OnlyChannel.Phase);
    }
}
