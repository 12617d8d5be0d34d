using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;
using Tachyon.Silo.Tests.Fixtures;
using WirePhase = Tachyon.Protocol.Gateway.ChannelPhase;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>Units and closures through the gateway: what is acknowledged is durable, and nobody touches another's channel.</summary>
public sealed class ChannelRequestTests : IAsyncLifetime
{
    private TestSilo _silo = null!;
    private TestEdge _consumer = null!;
    private TestEdge _provider = null!;
    private TestEdge _stranger = null!;
    private Terms _terms = null!;
    private ChannelId _channelId;

    public async Task InitializeAsync()
    {
        _silo = await TestSilo.StartAsync();
        _consumer = await _silo.ConnectAsync(1);
        _provider = await _silo.ConnectAsync(2);
        _stranger = await _silo.ConnectAsync(3);
        (_terms, _channelId) = await _silo.OpenActiveAsync(_consumer, _provider);
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        _stranger.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task Units_Acknowledged_SurviveTheSilo()
    {
        var ack = await SubmitAsync(_provider, new ChannelUnits(_consumer.Unit(_terms, 7, 3_000_000), _provider.Unit(_terms, 4, 3_000_000)));
        Assert.Equal(new ChannelUnitsAck(_channelId, RefusalReason.None, 7, 3_000_000, 4, 3_000_000), ack);

        await _silo.RestartAsync();
        var evidence = await _silo.Grains.Channel(_channelId).Evidence();
        Assert.Equal(3_000_000UL, evidence.ConsumerUnit?.Unit.BytesUsed);
        Assert.Equal(4UL, evidence.ProviderUnit?.Unit.Index);
    }

    [Fact]
    public async Task Units_OfManyChannels_AreAnsweredOneByOne()
    {
        var (otherTerms, otherId) = await _silo.OpenActiveAsync(_stranger, _provider);
        var request = new SubmitUnits(
        [
            new ChannelUnits(_consumer.Unit(_terms, 1, 1_000_000), null),
            new ChannelUnits(_stranger.Unit(otherTerms, 1, 500), null), // not in whole KB
            new ChannelUnits(_stranger.Unit(otherTerms, 2, 2_000_000), null),
        ]);

        var ack = Assert.IsType<UnitsAck>(await _provider.AskAsync(request));

        Assert.Equal([_channelId, otherId, otherId], ack.Channels.Select(channel => channel.ChannelId));
        Assert.Equal([RefusalReason.None, RefusalReason.NotWholeKB, RefusalReason.None], ack.Channels.Select(channel => channel.Refusal));
    }

    [Fact]
    public async Task Units_OfOneChannelInManyEntries_AreAllDurableOnceTheNewestIs()
    {
        var request = new SubmitUnits(
        [
            .. Enumerable.Range(1, 60).Select(i => new ChannelUnits(
                _consumer.Unit(_terms, (ulong)i, (ulong)i * 1_000), i % 2 == 0 ? _provider.Unit(_terms, (ulong)i, (ulong)i * 1_000) : null)),
        ]);

        var ack = Assert.IsType<UnitsAck>(await _provider.AskAsync(request));

        Assert.Equal(60, ack.Channels.Count);
        Assert.All(ack.Channels, channel => Assert.Equal(new ChannelUnitsAck(_channelId, RefusalReason.None, 60, 60_000, 60, 60_000), channel));
    }

    [Fact]
    public async Task Units_WhoseNewestIsForged_StandEachForItself()
    {
        var forged = new SignedUnit(_consumer.Unit(_terms, 3, 3_000).Unit, _stranger.Unit(_terms, 3, 3_000).Signature);
        var request = new SubmitUnits(
        [
            new ChannelUnits(_consumer.Unit(_terms, 1, 1_000), null),
            new ChannelUnits(forged, null),
            new ChannelUnits(_consumer.Unit(_terms, 2, 2_000), null),
        ]);

        var ack = Assert.IsType<UnitsAck>(await _provider.AskAsync(request));

        Assert.Equal([RefusalReason.None, RefusalReason.WrongSigner, RefusalReason.None], ack.Channels.Select(channel => channel.Refusal));
        Assert.Equal((2UL, 2_000UL), (ack.Channels[2].ConsumerIndex, ack.Channels[2].ConsumerBytes));
    }

    [Fact]
    public async Task Units_OfAForeignChannel_AreRefused_AndNothingIsToldAboutIt()
    {
        await SubmitAsync(_consumer, new ChannelUnits(_consumer.Unit(_terms, 5, 5_000_000), null));

        var own = _terms with { Consumer = _stranger.Address };
        var unit = _stranger.Unit(own, 6, 6_000_000);
        var forged = unit with { Unit = unit.Unit with { ChannelId = _channelId } };
        foreach (var units in new[] { new ChannelUnits(_consumer.Unit(_terms, 6, 6_000_000), null), new ChannelUnits(forged, null) })
        {
            Assert.Equal(new ChannelUnitsAck(_channelId, RefusalReason.NotYours, 0, 0, 0, 0), await SubmitAsync(_stranger, units));
        }

        Assert.Equal(5UL, (await _silo.Grains.Channel(_channelId).Evidence()).ConsumerUnit?.Unit.Index);
    }

    [Fact]
    public async Task Units_OfAChannelThatTheChainDoesNotShow_AreRefusedForNow()
    {
        var unseen = _silo.NewTerms(_consumer, _provider);

        var ack = await SubmitAsync(_consumer, new ChannelUnits(_consumer.Unit(unseen, 1, 1_000), null));

        Assert.Equal(RefusalReason.UnknownChannel, ack.Refusal);
    }

    [Fact]
    public async Task View_OfAForeignChannel_IsRefused()
    {
        Assert.Equal(RefusalReason.NotYours, Assert.IsType<Refused>(await _stranger.AskAsync(new ChannelViewRequest(_channelId))).Reason);
    }

    [Fact]
    public async Task View_AfterALostJournal_GivesTheNewestUnitsBack()
    {
        var units = new ChannelUnits(_consumer.Unit(_terms, 3, 2_000_000), _provider.Unit(_terms, 2, 2_000_000));
        await SubmitAsync(_consumer, units);

        var view = Assert.IsType<ChannelViewReply>(await _consumer.AskAsync(new ChannelViewRequest(_channelId)));

        Assert.Equal((_terms, WirePhase.Active), (view.Terms, view.Phase));
        Assert.Equal((units.ConsumerUnit, units.ProviderUnit), (view.Units?.ConsumerUnit, view.Units?.ProviderUnit));
    }

    [Fact]
    public async Task Close_OneHalf_IsOfferedToTheOtherSide_AndTheOtherHalfSettles()
    {
        await _provider.AskAsync(new ChannelViewRequest(_channelId));
        var closure = new Closure(_channelId, 4_000_000, TestEdge.InAnHour);

        var first = Assert.IsType<CloseTaken>(await _consumer.AskAsync(new CloseRelay(closure, _consumer.Sign(closure), null)));
        Assert.False(first.Complete);

        var offered = await _provider.NextAsync<ClosureOffered>();
        Assert.Equal((_consumer.Address, closure), (offered.Signer, offered.Closure.Closure));
        var second = Assert.IsType<CloseTaken>(await _provider.AskAsync(new CloseRelay(closure, _provider.Sign(closure), null)));
        Assert.True(second.Complete);

        foreach (var edge in new[] { _consumer, _provider })
        {
            var done = await edge.NextAsync<SettlementStatus>(status => status.Progress == SettlementProgress.Done);
            Assert.Equal((_channelId, SettlementOperation.CooperativeClose), (done.ChannelId, done.Operation));
            Assert.NotEqual(Bytes32.Zero, done.TransactionHash);
            Assert.True(done.GasUsed > 0);
            Assert.Equal(WirePhase.Settled, (await edge.NextAsync<CloseAlert>(alert => alert.Phase == WirePhase.Settled)).Phase);
        }
    }

    [Fact]
    public async Task Close_BothHalvesAtOnce_Settles()
    {
        var closure = new Closure(_channelId, 1_000_000, TestEdge.InAnHour);

        var taken = await _provider.AskAsync(new CloseRelay(closure, _provider.Sign(closure), _consumer.Sign(closure)));

        Assert.True(Assert.IsType<CloseTaken>(taken).Complete);
        await _provider.NextAsync<CloseAlert>(alert => alert.Phase == WirePhase.Settled);
    }

    [Fact]
    public async Task Close_OfferedWhileTheOtherSideWasAway_IsPushedWhenItComesBack()
    {
        var closure = new Closure(_channelId, 4_000_000, TestEdge.InAnHour);
        await _consumer.AskAsync(new CloseRelay(closure, _consumer.Sign(closure), null));

        using var back = await _silo.ConnectAsync(2);
        await back.AskAsync(new ChannelViewRequest(_channelId));

        Assert.Equal(closure, (await back.NextAsync<ClosureOffered>()).Closure.Closure);
    }

    [Fact]
    public async Task Close_ByAStranger_IsRefused()
    {
        var closure = new Closure(_channelId, 1_000_000, TestEdge.InAnHour);

        var reply = await _stranger.AskAsync(new CloseRelay(closure, _consumer.Sign(closure), _provider.Sign(closure)));

        Assert.Equal(RefusalReason.NotYours, Assert.IsType<Refused>(reply).Reason);
    }

    [Fact]
    public async Task StartClose_ByOneParty_AlertsTheOther()
    {
        await _consumer.AskAsync(new ChannelViewRequest(_channelId));
        var until = TestEdge.InAnHour;

        Assert.IsType<Accepted>(await _provider.AskAsync(new StartCloseRelay(_channelId, until, _provider.Sign(new Close(_channelId, until)))));

        var alert = await _consumer.NextAsync<CloseAlert>();
        Assert.Equal((_channelId, WirePhase.Closing), (alert.ChannelId, alert.Phase));
        Assert.True(alert.SettleFromSeconds > (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    private static async Task<ChannelUnitsAck> SubmitAsync(TestEdge edge, ChannelUnits units) =>
        Assert.Single(Assert.IsType<UnitsAck>(await edge.AskAsync(new SubmitUnits([units]))).Channels);
}
