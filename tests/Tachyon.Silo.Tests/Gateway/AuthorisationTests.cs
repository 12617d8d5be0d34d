using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Tests.Fixtures;
using AcceptanceAnswer = Tachyon.Protocol.Gateway.AcceptanceAnswer;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>
/// Every request of an edge, asked by the consumer of an active channel, its provider, a stranger with a key of its own, and
/// somebody who proved no key. What is not one's own is refused, whoever else it belongs to.
/// </summary>
public sealed class AuthorisationTests : IAsyncLifetime
{
    private TestSilo _silo = null!;
    private TestEdge _consumer = null!;
    private TestEdge _provider = null!;
    private TestEdge _stranger = null!;
    private Terms _terms = null!;
    private ChannelId _channel;

    public async Task InitializeAsync()
    {
        _silo = await TestSilo.StartAsync();
        _consumer = await _silo.ConnectAsync(1);
        _provider = await _silo.ConnectAsync(2);
        _stranger = await _silo.ConnectAsync(3);
        Assert.IsType<Accepted>(await _provider.AskAsync(new Announce("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 0, 0, 5)));
        (_terms, _channel) = await _silo.OpenActiveAsync(_consumer, _provider);
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        _stranger.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task View_IsForThePartiesAlone()
    {
        Assert.IsType<ChannelViewReply>(await _consumer.AskAsync(new ChannelViewRequest(_channel)));
        Assert.IsType<ChannelViewReply>(await _provider.AskAsync(new ChannelViewRequest(_channel)));
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new ChannelViewRequest(_channel)));
    }

    [Fact]
    public async Task Units_AreTakenFromTheParties_AndTellAStrangerNothing()
    {
        Assert.Equal(RefusalReason.None, await SubmitAsync(_consumer, new ChannelUnits(_consumer.Unit(_terms, 1, 1_000), null)));
        Assert.Equal(RefusalReason.None, await SubmitAsync(_provider, new ChannelUnits(_consumer.Unit(_terms, 2, 2_000), null)));
        Assert.Equal(RefusalReason.NotYours, await SubmitAsync(_stranger, new ChannelUnits(_consumer.Unit(_terms, 3, 3_000), null)));

        // A party cannot sign for the other, and a stranger cannot put itself into the channel.
        Assert.Equal(RefusalReason.WrongSigner, await SubmitAsync(_provider, new ChannelUnits(_provider.Unit(_terms, 4, 4_000), null)));
        var forged = _stranger.Unit(_terms, 5, 5_000);
        forged = forged with { Unit = forged.Unit with { Consumer = _stranger.Address } };
        Assert.Equal(RefusalReason.NotYours, await SubmitAsync(_stranger, new ChannelUnits(forged, null)));
        Assert.Equal(2_000UL, (await _silo.Grains.Channel(_channel).View())!.ConsumerBytes);
    }

    [Fact]
    public async Task OpenNotice_IsForTheConsumerAlone()
    {
        Assert.IsType<Accepted>(await _consumer.AskAsync(new OpenNotice(_terms)));
        AssertRefused(RefusalReason.NotYours, await _provider.AskAsync(new OpenNotice(_terms)));
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new OpenNotice(_terms)));
    }

    [Fact]
    public async Task ConfirmAndDecline_AreForTheProviderAlone_WithItsOwnSignature()
    {
        var terms = _silo.NewTerms(_consumer, _provider);
        var channel = await _silo.OpenAsync(_consumer, terms);
        await _provider.NextAsync<ChannelOpened>(opened => opened.ChannelId == channel);
        var until = TestEdge.InAnHour;

        AssertRefused(RefusalReason.NotYours, await _consumer.AskAsync(new ConfirmRelay(terms, until, _consumer.Sign(new Confirm(channel, until)))));
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new ConfirmRelay(terms, until, _stranger.Sign(new Confirm(channel, until)))));
        AssertRefused(RefusalReason.WrongSigner, await _provider.AskAsync(new ConfirmRelay(terms, until, _stranger.Sign(new Confirm(channel, until)))));
        foreach (var other in new[] { _consumer, _stranger })
        {
            Assert.IsType<Refused>(await other.AskAsync(new DeclineRelay(channel, until, other.Sign(new Decline(channel, until)), RefusalReason.None)));
            Assert.IsType<Refused>(await other.AskAsync(new DeclineRelay(channel, until, _provider.Sign(new Decline(channel, until)), RefusalReason.None)));
        }

        AssertRefused(RefusalReason.WrongSigner, await _provider.AskAsync(new DeclineRelay(channel, until, _stranger.Sign(new Decline(channel, until)), RefusalReason.None)));
        Assert.IsType<Accepted>(await _provider.AskAsync(new ConfirmRelay(terms, until, _provider.Sign(new Confirm(channel, until)))));
    }

    [Fact]
    public async Task Closing_IsForThePartiesAlone_EachWithItsOwnSignature()
    {
        var until = TestEdge.InAnHour;
        var closure = new Closure(_channel, 0, until);
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new CloseRelay(closure, _stranger.Sign(closure), null)));
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new CloseRelay(closure, _consumer.Sign(closure), null)));
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new StartCloseRelay(_channel, until, _stranger.Sign(new Close(_channel, until)))));
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new StartCloseRelay(_channel, until, _consumer.Sign(new Close(_channel, until)))));
        AssertRefused(RefusalReason.WrongSigner, await _provider.AskAsync(new CloseRelay(closure, _stranger.Sign(closure), null)));
        AssertRefused(RefusalReason.WrongSigner, await _provider.AskAsync(new StartCloseRelay(_channel, until, _stranger.Sign(new Close(_channel, until)))));

        Assert.False(Assert.IsType<CloseTaken>(await _consumer.AskAsync(new CloseRelay(closure, _consumer.Sign(closure), null))).Complete);
        Assert.True(Assert.IsType<CloseTaken>(await _provider.AskAsync(new CloseRelay(closure, _provider.Sign(closure), null))).Complete);
    }

    [Fact]
    public async Task WhatAnEdgeSaysOfItself_TouchesNobodyElse()
    {
        foreach (var other in new[] { _consumer, _stranger })
        {
            Assert.IsType<Accepted>(await other.AskAsync(Heartbeat.Instance));
            Assert.IsType<Accepted>(await other.AskAsync(new Drain(true)));
            Assert.IsType<Accepted>(await other.AskAsync(Withdraw.Instance));
            Assert.IsType<Refused>(await other.AskAsync(new AcceptanceAnswer(_channel, TestEdge.InAnHour, null, RefusalReason.Draining)));
        }

        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new AcceptanceRequest(_terms)));
        AssertRefused(RefusalReason.NotYours, await _provider.AskAsync(new AcceptanceRequest(_terms)));

        var view = await _silo.Grains.Provider(_provider.Address).View();
        Assert.True(view is { Live: true, Draining: false });
        var match = Assert.IsType<MatchResult>(await _stranger.AskAsync(new MatchRequest(5, new MatchLimits(0, TokenAmount.MaxPrice, 0))));
        Assert.Equal(_provider.Address, Assert.Single(match.Offers).Provider);
    }

    [Fact]
    public async Task ClosureRequest_IsForTheConsumerOfALockAlone()
    {
        AssertRefused(RefusalReason.NotYours, await _stranger.AskAsync(new ClosureRequest(_channel, 0)));
        AssertRefused(RefusalReason.NoProxy, await _consumer.AskAsync(new ClosureRequest(_channel, 0)));
        AssertRefused(RefusalReason.NoProxy, await _provider.AskAsync(new ClosureRequest(_channel, 0)));
    }

    [Fact]
    public async Task WithoutAProof_EveryRequestEndsTheConnection()
    {
        var until = TestEdge.InAnHour;
        var closure = new Closure(_channel, 0, until);
        GatewayRequest[] requests =
        [
            new Announce("203.0.113.7:9440", new TokenAmount(1), 0, 0, 0, 5), Heartbeat.Instance, Withdraw.Instance, new Drain(true),
            new MatchRequest(1, new MatchLimits(0, TokenAmount.MaxPrice, 0)), new OpenNotice(_terms),
            new ConfirmRelay(_terms, until, _provider.Sign(new Confirm(_channel, until))),
            new DeclineRelay(_channel, until, _provider.Sign(new Decline(_channel, until)), RefusalReason.None),
            new SubmitUnits([new ChannelUnits(_consumer.Unit(_terms, 1, 1_000), null)]), new CloseRelay(closure, _consumer.Sign(closure), null),
            new StartCloseRelay(_channel, until, _consumer.Sign(new Close(_channel, until))), new ChannelViewRequest(_channel),
            new AcceptanceRequest(_terms), new AcceptanceAnswer(_channel, until, null, RefusalReason.Draining),
            new PublishStatement(_consumer.State(_terms), null), new StatementsRequest(default, 0),
            new RouteRequest(default, default, null, [], 10_000_000, new TokenAmount(1), 0), new PoolAttach(_channel),
            new RouteReport(_channel, _provider.Unit(_terms, 1, 1_000), []), new ClosureRequest(_channel, 0),
        ];

        // A request that is added to the protocol is added here, and above.
        var kinds = Enum.GetValues<GatewayMessageKind>().Where(kind => (byte)kind is > 2 and < 0x80);
        Assert.Equal(kinds.Order(), requests.Select(request => request.Kind).Order());
        foreach (var request in requests)
        {
            using var nobody = _silo.NewEdge(9);
            await nobody.DialAsync(_silo.Url);
            await nobody.SendAsync(GatewayCodec.Encode(1, request));
            Assert.Equal(GatewayErrorCode.OutOfOrder, (await nobody.EndAsync()).Code);
        }

        Assert.Equal(0UL, (await _silo.Grains.Channel(_channel).View())!.ConsumerBytes);
    }

    private static async Task<RefusalReason> SubmitAsync(TestEdge edge, ChannelUnits units) =>
        Assert.Single(Assert.IsType<UnitsAck>(await edge.AskAsync(new SubmitUnits([units]))).Channels).Refusal;

    private static void AssertRefused(RefusalReason reason, GatewayReply reply) => Assert.Equal(reason, Assert.IsType<Refused>(reply).Reason);
}
