using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Tests.Gateway;

/// <summary>Units on their way to the silo: none that matters is lost, none waits that does not matter.</summary>
public sealed class GatewayClientUnitsTests : IAsyncDisposable
{
    private readonly GatewayClientFixture _f = new();

    private SubmitUnits[] Batches => [.. _f.Gateway.Requests.OfType<SubmitUnits>()];

    public ValueTask DisposeAsync() => _f.DisposeAsync();

    [Fact]
    public async Task SubmitUnits_WhileTheSiloIsAway_SendsOnlyTheNewestOfEachChannel()
    {
        _f.Gateway.Answer = AckAll;
        for (ulong index = 1; index <= 500; index++)
        {
            Assert.True(_f.Client.SubmitUnits(GatewayClientFixture.Units(index)));
        }

        Assert.True(_f.Client.SubmitUnits(GatewayClientFixture.Units(9, channel: 2)));
        Assert.Equal(2, _f.Client.WaitingUnits);

        await _f.ConnectAsync();
        await _f.Until(() => _f.Client.WaitingUnits == 0, "all taken");

        var batch = Assert.Single(Batches);
        Assert.Equal([500UL, 9UL], batch.Channels.Select(units => units.ConsumerUnit!.Unit.Index));
    }

    [Fact]
    public async Task SubmitUnits_InQuickSuccession_TravelTogether()
    {
        _f.Gateway.Answer = AckAll;
        await _f.ConnectAsync();

        for (ulong index = 1; index <= 1_000; index++)
        {
            _f.Client.SubmitUnits(GatewayClientFixture.Units(index));
        }

        await _f.Until(() => _f.Client.WaitingUnits == 0, "all taken");
        Assert.InRange(Batches.Length, 1, 3);
        Assert.Equal(1_000UL, Batches[^1].Channels[0].ConsumerUnit!.Unit.Index);
    }

    [Fact]
    public async Task SubmitUnits_ConnectionCutBeforeTheAck_AreSentAgain()
    {
        await _f.ConnectAsync();
        _f.Gateway.Answer = _ => null;
        _f.Client.SubmitUnits(GatewayClientFixture.Units(3));
        await _f.Until(() => Batches.Length == 1, "sent");

        _f.Gateway.Answer = AckAll;
        _f.Gateway.Cut();
        await _f.Until(() => _f.Client.WaitingUnits == 0, "taken on the second connection");

        Assert.Equal(2, Batches.Length);
        Assert.Equal(3UL, Batches[1].Channels[0].ConsumerUnit!.Unit.Index);
    }

    [Fact]
    public async Task SubmitUnits_OlderThanOneWaiting_ChangesNothing()
    {
        _f.Gateway.Answer = AckAll;
        _f.Client.SubmitUnits(GatewayClientFixture.Units(8));
        _f.Client.SubmitUnits(GatewayClientFixture.Units(7));

        await _f.ConnectAsync();
        await _f.Until(() => _f.Client.WaitingUnits == 0, "taken");

        Assert.Equal(8UL, Assert.Single(Batches).Channels[0].ConsumerUnit!.Unit.Index);
    }

    [Fact]
    public async Task SubmitUnits_ChannelThatTheSiloDoesNotSeeYet_IsSentAgainUntilItDoes()
    {
        var refusals = 3;
        _f.Gateway.Answer = request => request is SubmitUnits units
            ? GatewayClientFixture.Ack(units, refusals-- > 0 ? RefusalReason.UnknownChannel : RefusalReason.None)
            : Accepted.Instance;
        await _f.ConnectAsync();

        _f.Client.SubmitUnits(GatewayClientFixture.Units(1));
        var flushed = _f.Client.FlushUnitsAsync(CancellationToken.None);
        await _f.Until(() => flushed.IsCompleted, "taken");

        Assert.Equal(4, Batches.Length);
    }

    [Fact]
    public async Task SubmitUnits_RefusedForGood_AreDroppedAndReported()
    {
        _f.Gateway.Answer = request => request is SubmitUnits units
            ? GatewayClientFixture.Ack(units, RefusalReason.Contradiction)
            : Accepted.Instance;
        List<ChannelUnitsAck> answers = [];
        _f.Client.UnitsAnswered += answers.Add;
        await _f.ConnectAsync();

        _f.Client.SubmitUnits(GatewayClientFixture.Units(1));
        await _f.Until(() => answers.Count == 1, "answered");

        Assert.Equal(0, _f.Client.WaitingUnits);
        Assert.Equal(RefusalReason.Contradiction, answers[0].Refusal);
        Assert.Single(Batches);
    }

    [Fact]
    public async Task SubmitUnits_AckBelowWhatWasSent_KeepsTheUnit()
    {
        var lies = 1;
        _f.Gateway.Answer = request => request is SubmitUnits units
            ? lies-- > 0 ? new UnitsAck([new ChannelUnitsAck(units.Channels[0].ChannelId, RefusalReason.None, 4, 4_000, 0, 0)]) : GatewayClientFixture.Ack(units)
            : Accepted.Instance;
        await _f.ConnectAsync();

        _f.Client.SubmitUnits(GatewayClientFixture.Units(5));
        await _f.Until(() => _f.Client.WaitingUnits == 0, "taken");

        Assert.Equal(2, Batches.Length);
    }

    [Fact]
    public async Task SubmitUnits_SiloThatCannotStoreNow_AreSentAgain()
    {
        var failures = 2;
        _f.Gateway.Answer = request => request is SubmitUnits units
            ? failures-- > 0 ? new GatewayError(GatewayErrorCode.Unavailable, "disk full") : GatewayClientFixture.Ack(units)
            : Accepted.Instance;
        await _f.ConnectAsync();

        _f.Client.SubmitUnits(GatewayClientFixture.Units(5));
        await _f.Until(() => _f.Client.WaitingUnits == 0, "taken");

        Assert.Equal(3, Batches.Length);
    }

    [Fact]
    public void SubmitUnits_MoreChannelsThanAnEdgeHas_AreRefused()
    {
        for (var i = 0; i < EdgeTunnel.Gateway.UnitOutbox.MaxChannels; i++)
        {
            var units = GatewayClientFixture.Units(1).ConsumerUnit!;
            byte[] id = [(byte)(i >> 8), (byte)i, .. new byte[30]];
            Assert.True(_f.Client.SubmitUnits(new ChannelUnits(units with { Unit = units.Unit with { ChannelId = Protocol.Identity.ChannelId.FromBytes(id) } }, null)));
        }

        Assert.False(_f.Client.SubmitUnits(GatewayClientFixture.Units(1, channel: 0xff)));
    }

    private static GatewayReply AckAll(GatewayRequest request) =>
        request is SubmitUnits units ? GatewayClientFixture.Ack(units) : Accepted.Instance;
}
