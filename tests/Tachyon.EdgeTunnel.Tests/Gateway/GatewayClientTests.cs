using Tachyon.EdgeTunnel.Gateway;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Gateway;

public sealed class GatewayClientTests : IAsyncDisposable
{
    private static readonly Announce Offer = new("203.0.113.7:9301", new TokenAmount(1_000), 10_000, 1_000_000, 0, 5);

    private readonly GatewayClientFixture _f = new();

    public ValueTask DisposeAsync() => _f.DisposeAsync();

    [Fact]
    public async Task Client_SiloThatComesLater_SaysSoAndConnectsThen()
    {
        _f.Gateway.Up = false;
        _f.Client.Start();
        await _f.Until(() => _f.Client.Status.FailedAttempts >= 3, "three attempts");

        Assert.Equal(GatewayFault.Unreachable, _f.Client.Status.Fault);
        Assert.Contains("wss://silo.example:7443/v1/edge", _f.Client.Status.Text, StringComparison.Ordinal);
        var answer = await _f.Client.AskAsync(Heartbeat.Instance, CancellationToken.None);
        Assert.Equal(GatewayOutcome.NotConnected, answer.Outcome);

        _f.Gateway.Up = true;
        await _f.Until(() => _f.Client.Status.Phase == GatewayPhase.Connected, "connected");
        Assert.Equal(0, _f.Client.Status.FailedAttempts);
        Assert.True((await _f.Client.AskAsync(Heartbeat.Instance, CancellationToken.None)).IsDone);
    }

    [Fact]
    public async Task Client_GatewayOfAnotherContract_GetsNoSignature()
    {
        _f.Gateway.ChallengeDomain = new Eip712Domain(1, FakeGateway.Domain.VerifyingContract);
        _f.Client.Start();
        await _f.Until(() => _f.Client.Status.Phase == GatewayPhase.Waiting, "the refusal");

        Assert.Equal(GatewayFault.WrongDomain, _f.Client.Status.Fault);
        Assert.DoesNotContain(_f.Gateway.Requests, request => request is Authenticate);
        Assert.True(_f.Client.Status.NextAttempt > _f.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Ask_RequestThatIsNotAnswered_EndsAsUnknownAndTheConnectionLives()
    {
        await _f.ConnectAsync();
        _f.Gateway.Answer = request => request is Withdraw ? null : Accepted.Instance;

        var asked = _f.Client.WithdrawAsync(CancellationToken.None);
        await _f.Until(() => asked.IsCompleted, "the time limit");

        Assert.Equal(GatewayOutcome.Unknown, (await asked).Outcome);
        Assert.Equal(GatewayPhase.Connected, _f.Client.Status.Phase);
        Assert.Equal(1, _f.Gateway.Connections);
    }

    [Fact]
    public async Task Ask_RefusedRequest_GivesReasonAndText()
    {
        await _f.ConnectAsync();
        _f.Gateway.Answer = _ => new Refused(RefusalReason.SlotsFull, "5 of 5");

        var answer = await _f.Client.AskAsync(new Drain(true), CancellationToken.None);

        Assert.Equal((GatewayOutcome.Refused, RefusalReason.SlotsFull, "5 of 5"), (answer.Outcome, answer.Refusal, answer.Text));
    }

    [Fact]
    public async Task Ask_MoreThanTheGatewayAllowsAtOnce_WaitsForAFreePlace()
    {
        _f.Gateway.MaxOpenRequests = 2;
        await _f.ConnectAsync();
        _f.Gateway.Answer = request => request is Withdraw ? null : Accepted.Instance;

        Task<GatewayAnswer<Accepted>>[] asked = [.. Enumerable.Range(0, 5).Select(_ => _f.Client.AskAsync(Withdraw.Instance, CancellationToken.None))];

        Assert.Equal(2, _f.Gateway.Requests.Count(request => request is Withdraw));
        await _f.Until(() => asked.All(task => task.IsCompleted), "the time limits");
    }

    [Fact]
    public async Task Announce_AfterAReconnection_IsRepeated()
    {
        await _f.ConnectAsync();
        Assert.True((await _f.Client.AnnounceAsync(Offer, CancellationToken.None)).IsDone);
        Assert.True((await _f.Client.DrainAsync(true, CancellationToken.None)).IsDone);

        _f.Gateway.Cut();
        await _f.Until(() => _f.Gateway.Requests.Count(request => request is Drain) == 2, "announced and drained again");

        Assert.Equal(2, _f.Gateway.Connections);
        Assert.Equal(Offer, _f.Gateway.Requests.OfType<Announce>().Last());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Announce_ThatTheSiloCannotTakeNow_IsRepeatedUntilItDoes(bool afterAReconnection)
    {
        await _f.ConnectAsync();
        var unavailable = new GatewayError(GatewayErrorCode.Unavailable, "another silo of the cluster is gone");
        if (afterAReconnection)
        {
            Assert.True((await _f.Client.AnnounceAsync(Offer, CancellationToken.None)).IsDone);
            _f.Gateway.Answer = request => request is Announce ? unavailable : Accepted.Instance;
            _f.Gateway.Cut();
            await _f.Until(() => _f.Gateway.Requests.Count(request => request is Announce) == 2, "announced again");
        }
        else
        {
            _f.Gateway.Answer = request => request is Announce ? unavailable : Accepted.Instance;
            Assert.Equal(GatewayOutcome.Unavailable, (await _f.Client.AnnounceAsync(Offer, CancellationToken.None)).Outcome);
        }

        // Heartbeats are accepted all the while, and no match would ever name this edge.
        var before = _f.Gateway.Requests.Length;
        await _f.Until(() => _f.Gateway.Requests.Skip(before).Any(request => request is Announce), "announced although nothing asks for it");
        _f.Gateway.Answer = _ => Accepted.Instance;
        await _f.Until(() => _f.Gateway.Requests[^1] is Drain, "taken, and told whether it drains");

        var taken = _f.Gateway.Requests.Length;
        await _f.Until(() => _f.Gateway.Requests.Length >= taken + 2, "two more heartbeats");
        Assert.All(_f.Gateway.Requests.Skip(taken), request => Assert.IsType<Heartbeat>(request));
    }

    [Fact]
    public async Task Announce_BeforeTheFirstConnection_IsMadeOnceConnected()
    {
        Assert.Equal(GatewayOutcome.NotConnected, (await _f.Client.AnnounceAsync(Offer, CancellationToken.None)).Outcome);
        await _f.ConnectAsync();
        await _f.Until(() => _f.Gateway.Requests.Contains(Offer), "announced");
    }

    [Fact]
    public async Task Client_GatewayThatNoLongerAnswersHeartbeats_ConnectsAgain()
    {
        await _f.ConnectAsync();
        _f.Gateway.Answer = _ => null;

        await _f.Until(() => _f.Gateway.Connections == 2, "a second connection");
    }

    [Fact]
    public async Task Client_GarbageFromTheGateway_EndsTheConnectionWithAReason()
    {
        await _f.ConnectAsync();
        List<GatewayStatus> seen = [];
        _f.Client.StatusChanged += seen.Add;

        _f.Gateway.SendRaw([0xff, 1, 2]);
        await _f.Until(() => _f.Client.Status.Phase == GatewayPhase.Waiting, "the end");

        Assert.Equal(GatewayFault.NotThisProtocol, _f.Client.Status.Fault);
        Assert.Contains(seen, status => status.Fault == GatewayFault.NotThisProtocol);
    }

    [Fact]
    public async Task Client_SupersededByAnotherConnection_DoesNotFightIt()
    {
        await _f.ConnectAsync();

        _f.Gateway.SendRaw(GatewayCodec.Encode(0, new GatewayError(GatewayErrorCode.Superseded, "another connection")));
        await _f.Until(() => _f.Client.Status.Phase == GatewayPhase.Waiting, "the end");

        Assert.Equal(GatewayFault.Superseded, _f.Client.Status.Fault);
        Assert.True(_f.Client.Status.NextAttempt > _f.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Pushes_LateReader_GetsTheNewest()
    {
        await using var f = new GatewayClientFixture(maxWaitingPushes: 2);
        await f.ConnectAsync();

        for (ulong i = 1; i <= 4; i++)
        {
            f.Gateway.Push(new CloseAlert(GatewayClientFixture.Channel(1), ChannelPhase.Closing, i, i, 0));
        }

        await f.Until(() => f.Client.Pushes.TryPeek(out var push) && ((CloseAlert)push).ConsumerBytes == 3, "the oldest to go");
        Assert.Equal(2, f.Client.Pushes.Count);
    }
}
