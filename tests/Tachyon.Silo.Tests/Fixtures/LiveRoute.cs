using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using WireAnswer = Tachyon.Protocol.Gateway.AcceptanceAnswer;

namespace Tachyon.Silo.Tests.Fixtures;

/// <summary>A route through a silo whose operator is a proxy: what its consumer signs, and what its exit counts.</summary>
internal sealed class LiveRoute : IDisposable
{
    private const ulong CapacityBytes = 50_000_000;

    private static readonly Announce Offer = new("203.0.113.77:9440", new TokenAmount(1_000_000_000_000_000), 10_000, 0, 0, 5);

    private readonly TestSilo _silo;
    private readonly TestEdge _consumer;
    private readonly TestEdge _exit;
    private readonly KeySigner _routeKey = new(Keccak256.HashText("silo tests, key of a live route").ToArray());
    private RouteGrant _grant = null!;
    private ChannelId _pool;
    private ulong _index;

    private LiveRoute(TestSilo silo, TestEdge consumer, TestEdge exit)
    {
        _silo = silo;
        _consumer = consumer;
        _exit = exit;
    }

    public ChannelId LockId => _grant.Terms.ChannelId(_silo.Chain.Domain);

    public Address Exit => _exit.Address;

    public Address Consumer => _consumer.Address;

    /// <summary>A route on which nothing was used yet; the silo's operator becomes a proxy.</summary>
    public static async Task<LiveRoute> OpenAsync(TestSilo silo, int number)
    {
        await silo.BecomeProxyAsync();
        var route = new LiveRoute(silo, await silo.ConnectAsync(number), await silo.ConnectAsync(number + 1));
        await route._exit.AskAsync(Offer);
        await route.GrantAsync();
        await route.LockAsync();
        return route;
    }

    /// <summary>The consumer signs for so much in all, and the exit counts it all.</summary>
    public async Task UseAsync(ulong bytesUsed)
    {
        // Edges that nobody had speak for a while are not connected any more.
        await _consumer.EnterAsync(_silo.Url);
        await _exit.EnterAsync(_silo.Url);
        await _exit.AskAsync(Offer);
        var index = ++_index;
        await MeanwhileAsync(Eventually.TrueAsync(
            async () => Assert.IsType<UnitsAck>(await _consumer.AskAsync(
                new SubmitUnits([new ChannelUnits(_consumer.Unit(_grant.Terms, index, bytesUsed), null)]))).Channels[0].Refusal == RefusalReason.None,
            "the lock's unit to be taken"));
        await Eventually.TrueAsync(
            async () => await AttachedAsync() && await ReportAsync(index, bytesUsed) is RouteReportAck { Counts: [RefusalReason.None] }, "the exit's count to be taken");
    }

    public void Dispose()
    {
        _consumer.Dispose();
        _exit.Dispose();
        _routeKey.Dispose();
    }

    private async Task GrantAsync()
    {
        var request = new RouteRequest(
            Keccak256.HashText("silo tests, salt of a live route"), _routeKey.PublicKey, Exit, [], CapacityBytes, Offer.PricePerMB, 1_000);
        var asking = Eventually.ValueAsync(async () => await _consumer.AskAsync(request) as RouteGrant, "the route to be granted");
        await MeanwhileAsync(asking);
        _grant = await asking;
    }

    private async Task LockAsync()
    {
        using var sender = new TransactionSender(_silo.Chain, _consumer.Account);
        Assert.True((await sender.SendAsync(new ChainCall.Approve(_grant.Terms.Deposit(CapacityBytes)))).Succeeded);
        Assert.True((await sender.SendAsync(new ChainCall.OpenAccepted(_grant.Terms, _grant.ExpirySeconds, _grant.Acceptance))).Succeeded);
        await MeanwhileAsync(Eventually.TrueAsync(
            async () => await _silo.Grains.Channel(LockId).View() is { Phase: Tachyon.Grains.ChannelPhase.Active }, "the silo to see the lock active"));
    }

    /// <summary>Waits, while the exit answers whatever it is asked: a pool may be opened at any of a route's steps.</summary>
    private async Task MeanwhileAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await AnswerAsync();
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }

        await task;
    }

    private async Task<bool> AttachedAsync()
    {
        await AnswerAsync();
        return await _exit.AskAsync(new PoolAttach(_pool)) is Accepted;
    }

    // Of the pool that the exit was asked to accept last, which is not before the lock's first unit was taken.
    private async Task<GatewayReply> ReportAsync(ulong index, ulong bytesUsed)
    {
        var count = new TagCount(_pool, _grant.Tag, index, bytesUsed, index);
        return await _exit.AskAsync(new RouteReport(_pool, null, [new SignedTagCount(count, _exit.Sign(count))]));
    }

    private async Task AnswerAsync()
    {
        await _exit.AskAsync(Heartbeat.Instance);
        while (_exit.Heard<AcceptanceAsked>().Any())
        {
            var asked = await _exit.NextAsync<AcceptanceAsked>();
            _pool = asked.Terms.ChannelId(_silo.Chain.Domain);
            await _exit.AskAsync(new WireAnswer(_pool, asked.ExpirySeconds, _exit.Sign(new Acceptance(_pool, asked.ExpirySeconds)), RefusalReason.None));
        }
    }
}
