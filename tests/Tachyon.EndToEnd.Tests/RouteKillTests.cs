using System.Numerics;
using Tachyon.Chain;
using Tachyon.Demo;
using Tachyon.EndToEnd.Tests.Killing;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Testing;
using Xunit.Abstractions;

namespace Tachyon.EndToEnd.Tests;

/// <summary>
/// kill -9 under traffic of each that a route goes through: consumer, relay, exit and the proxy's silo. Traffic goes on by the same lock and pool; at no
/// kill has the proxy signed more than was signed to it; and in tokens the proxy loses nothing, the consumer pays no more than it used
/// and the fee, and the exit has what it served. Relay and proxy are of two operators, whose silos the consumer is both connected to. TACHYON_KILL_SEED repeats a run.
/// </summary>
public sealed class RouteKillTests(ITestOutputHelper output) : KillStory(output)
{
    private const ulong StepBytes = 10_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private RouteKillWorld _world = null!;
    private string _lockId = "";
    private string _poolId = "";
    private ulong _consumersCount;

    [Fact]
    public async Task Route_EachOfWhoseProcessesIsKilled_GoesOn_AndNobodyLosesMoreThanItsBound() => await RunAsync(async stop =>
    {
        _world = await RouteKillWorld.StartAsync(stop);
        await using (_world)
        {
            await PlayAsync(stop);
        }
    });

    private async Task PlayAsync(CancellationToken stop)
    {
        var before = await PursesAsync(stop);
        _world.Launch(_world.Relay);
        _world.Launch(_world.Exit);
        await ProcessWorld.ServingAsync(_world.Relay, stop);
        await ProcessWorld.ServingAsync(_world.Exit, stop);
        _world.Launch(_world.Consumer);
        await ProcessWorld.ServingAsync(_world.Consumer, stop);
        await AssertServesAsync(stop);
        _lockId = await OnlyAsync(_world.Consumer, "lock", stop);
        _poolId = await OnlyAsync(_world.Exit, "pool", stop);
        foreach (var victim in (EdgeNode?[])[_world.Exit, _world.Consumer, null, _world.Relay])
        {
            await KillUnderTrafficAsync(victim, stop);
        }

        await SettleAsync(stop);
        await AssertAddsUpAsync(before, stop);
    }

    // Null is the proxy's silo.
    private async Task KillUnderTrafficAsync(EdgeNode? victim, CancellationToken stop)
    {
        var upload = Random.Next(3) == 0;
        var killAt = Random.NextInt64(0, 8_000_000);
        using var transfer = _world.Move(upload, 40_000_000);
        await Eventually.TrueAsync(() => Math.Max(transfer.ReceivedBytes, transfer.SentBytes) >= killAt, "bytes flow", Patience);
        Note($"{victim?.Name ?? "proxy"} killed after {killAt} bytes {(upload ? "up" : "down")}");
        await (victim?.KillAsync() ?? _world.Proxy.KillAsync());
        var wasWhole = transfer.Completion.IsCompleted;
        await AssertCoveredAsync(stop);
        if (victim is null)
        {
            await _world.LaunchProxyAsync(stop);
        }
        else
        {
            _world.Launch(victim);
        }

        // A silo is no part of the path: what it interrupts may go on. An edge takes its connections along.
        var isWhole = await transfer.Completion.WaitAsync(stop);
        Assert.True(victim is null || wasWhole || !isWhole, "a transfer survived its node");
        await AssertServesAsync(stop);
        Assert.Equal(_lockId, await OnlyAsync(_world.Consumer, "lock", stop));
        Assert.Equal(_poolId, await OnlyAsync(_world.Exit, "pool", stop));
        await AssertCoveredAsync(stop);
    }

    // Guarantee 5, by what the parties hold in their hands: the exit's newest unit of the proxy is covered by the consumer's on the lock.
    private async Task AssertCoveredAsync(CancellationToken stop)
    {
        var downstream = await _world.NewestAsync(_world.Exit, _poolId, "consumerUnits", stop);
        var upstream = await _world.NewestAsync(_world.Consumer, _lockId, "consumerUnits", stop);
        Assert.True(downstream > 0 && downstream <= upstream, $"the proxy signed {downstream} bytes to the exit, and the consumer {upstream} to it");
    }

    private async Task SettleAsync(CancellationToken stop)
    {
        _consumersCount = (await _world.Consumer.TryGetStatusAsync(stop))!.Channels.Single(channel => channel.ChannelId == _lockId).OwnBytes;
        var direct = await OnlyAsync(_world.Consumer, "direct", stop);
        foreach (var channelId in (string[])[_lockId, direct])
        {
            using (await _world.Consumer.PostAsync($"/v1/channels/{channelId}/close", stop))
            {
                await ProcessWorld.SettledAsync(_world.Consumer, channelId, stop);
            }
        }

        await ProcessWorld.SettledAsync(_world.Relay, direct, stop);
        var units = await _world.NewestAsync(_world.Exit, _poolId, "consumerUnits", stop);
        await _world.Proxy.ClaimAsync(_poolId, stop);
        await Eventually.TrueAsync(
            async () => (await _world.EventsAsync(stop)).OfType<ChannelClaimed>().Any(claimed => claimed.Channel.ToString() == _poolId && claimed.BytesPaid >= units),
            "the exit has claimed all that was signed to it",
            Patience);
    }

    private async Task AssertAddsUpAsync(Purses before, CancellationToken stop)
    {
        foreach (var (node, channelId) in ((EdgeNode, string)[])[(_world.Consumer, _lockId), (_world.Exit, _poolId)])
        {
            await _world.VerifyAsync(node, channelId, stop);
        }

        await _world.VerifySiloAsync(_world.Proxy, _poolId, stop);
        var events = await _world.EventsAsync(stop);
        var opened = events.OfType<ChannelOpened>().ToDictionary(one => one.Channel.ToString(), one => one.Terms);
        var closed = events.OfType<ChannelClosed>().ToDictionary(one => one.Channel.ToString(), one => one.BytesUsed);
        Assert.Equal(3, opened.Count);
        Assert.Equal(2, closed.Count);
        var lockBytes = closed[_lockId];
        var poolBytes = events.OfType<ChannelClaimed>().Where(claimed => claimed.Channel.ToString() == _poolId).Max(claimed => claimed.BytesPaid);
        var served = (await _world.Exit.TryGetStatusAsync(stop))!.Channels.Single(channel => channel.ChannelId == _poolId).OwnBytes;
        Note($"arrived {_world.ArrivedBytes}, used {_world.UsedBytes}, consumer counts {_consumersCount}, lock {lockBytes}, pool {poolBytes}, exit counts {served}");
        Tell();

        // Guarantee 5 at the end, and 3: a checkpoint beyond the tolerance each way, and for the consumer the step that tells nothing.
        var boundBytes = Checkpoint + (((lockBytes / Checkpoint) + 1) * AllowanceBytes);
        Assert.True(poolBytes <= lockBytes, $"the proxy signed {poolBytes} bytes to the exit, and the lock pays {lockBytes}");
        Assert.True(poolBytes + boundBytes >= served, $"the exit served {served} bytes, {poolBytes} are paid");
        Assert.True(poolBytes + boundBytes >= _world.ArrivedBytes, $"{_world.ArrivedBytes} bytes arrived, {poolBytes} are paid");

        // By its own count: what its node had received when a kill cut the stream was served, though no client got it.
        Assert.True(lockBytes < _consumersCount + boundBytes + StepBytes, $"the consumer counts {_consumersCount} bytes, {lockBytes} are paid");
        Assert.Equal(0ul, lockBytes % StepBytes);

        // And every token is where the bytes say: 110 % in, 100 % out, none burned.
        var after = await PursesAsync(stop);
        var (lockTerms, poolTerms) = (opened[_lockId], opened[_poolId]);
        var (lockPaid, poolPaid) = (lockTerms.Price(lockBytes), poolTerms.Price(poolBytes));
        var relayPaid = closed.Where(one => one.Key != _lockId).Select(one => opened[one.Key].Price(one.Value)).Single();
        var poolDeposit = poolTerms.Deposit(poolTerms.CapacityBytes) + Sum(events.OfType<ChannelToppedUp>().Where(one => one.Channel.ToString() == _poolId).Select(one => one.Deposited));
        Assert.Equal(ChannelKind.Lock, lockTerms.Kind);
        Assert.Equal(before.Consumer - lockPaid - relayPaid, after.Consumer);
        Assert.Equal(relayPaid, after.Relay);
        Assert.Equal(poolPaid, after.Exit);
        Assert.Equal(before.Proxy + lockPaid, after.Proxy + poolDeposit);
        Assert.Equal(before.Escrow + poolDeposit, after.Escrow + poolPaid);
        Assert.True(lockPaid.BaseUnits * 10 >= poolPaid.BaseUnits * 11, $"the proxy got {lockPaid}, and paid {poolPaid}");
    }

    private async Task AssertServesAsync(CancellationToken stop)
    {
        foreach (var node in (EdgeNode[])[_world.Relay, _world.Exit, _world.Consumer])
        {
            await ProcessWorld.ServingAsync(node, stop);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                using var transfer = _world.Move(upload: false, 300_000);
                return await transfer.Completion.WaitAsync(stop);
            },
            "downloads work again",
            Patience);
    }

    private async Task<Purses> PursesAsync(CancellationToken stop) => new(
        await _world.BalanceAsync(_world.Consumer.Address, stop),
        await _world.BalanceAsync(_world.Relay.Address, stop),
        await _world.BalanceAsync(_world.Exit.Address, stop),
        await _world.BalanceAsync(_world.Proxy.Operator, stop),
        await _world.BalanceAsync(_world.Chain.Deployment.PaymentChannels, stop));

    private static async Task<string> OnlyAsync(EdgeNode node, string kind, CancellationToken stop) =>
        Assert.Single((await node.TryGetStatusAsync(stop))!.Channels, channel => channel.Kind == kind && channel.Phase == "active").ChannelId;

    private static TokenAmount Sum(IEnumerable<TokenAmount> amounts) => new(amounts.Aggregate(BigInteger.Zero, (sum, one) => sum + one.BaseUnits));

    private sealed record Purses(TokenAmount Consumer, TokenAmount Relay, TokenAmount Exit, TokenAmount Proxy, TokenAmount Escrow);
}
