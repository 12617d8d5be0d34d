using System.Numerics;
using Tachyon.Chain;
using Tachyon.Demo;
using Tachyon.EndToEnd.Tests.Killing;
using Tachyon.Protocol.Amounts;
using Tachyon.Testing;
using Xunit.Abstractions;

namespace Tachyon.EndToEnd.Tests;

/// <summary>
/// kill -9 of whole nodes at random moments, of the opening, of traffic, of a top-up and of the close: the same channel goes on,
/// nothing that was signed is contradicted, and what was carried is paid for. TACHYON_KILL_SEED repeats a run.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : KillStory(output)
{
    private const ulong TopUpStepBytes = 50_000_000;

    private KillWorld _world = null!;
    private string _channelId = "";

    [Fact]
    public async Task Edges_KilledAtRandomMoments_ResumeTheChannelContradictNothingAndSettleWhatWasCarried() => await RunAsync(async stop =>
    {
        _world = await KillWorld.StartAsync(stop);
        await using (_world)
        {
            await PlayAsync(stop);
        }
    });

    private async Task PlayAsync(CancellationToken stop)
    {
        var purse = await _world.BalanceAsync(_world.Consumer.Address, stop);
        await KillWhileOpeningAsync(stop);
        for (var kill = 0; kill < 8; kill++)
        {
            await KillUnderTrafficAsync(kill % 2 == 0 ? _world.Consumer : _world.Provider, stop);
        }

        await KillWhileToppingUpAsync(_world.Consumer, stop);
        await KillWhileToppingUpAsync(_world.Provider, stop);
        await KillWhileClosingAsync(stop);
        await AssertAddsUpAsync(purse, stop);
    }

    private async Task KillWhileOpeningAsync(CancellationToken stop)
    {
        _world.Launch(_world.Provider);
        for (var kill = 0; kill < 3; kill++)
        {
            _world.Launch(_world.Consumer);
            await KillLaterAsync(kill == 1 ? _world.Provider : _world.Consumer, "opening", 1_500, stop);
            if (kill == 1)
            {
                await _world.Consumer.KillAsync();
                _world.Launch(_world.Provider);
            }
        }

        _world.Launch(_world.Consumer);
        await ProcessWorld.ServingAsync(_world.Consumer, stop);

        // However often it was asked for, the deposit was paid once.
        var opened = Assert.Single((await _world.EventsAsync(stop)).OfType<ChannelOpened>());
        _channelId = opened.Channel.ToString();
        await AssertServesAsync(stop);
    }

    private async Task KillUnderTrafficAsync(EdgeNode victim, CancellationToken stop)
    {
        var upload = Random.Next(3) == 0;
        var killAt = Random.NextInt64(0, 8_000_000);
        using var transfer = _world.Move(upload, 40_000_000);
        await Eventually.TrueAsync(() => Math.Max(transfer.ReceivedBytes, transfer.SentBytes) >= killAt, "bytes flow");
        Note($"{victim.Name} killed after {killAt} bytes {(upload ? "up" : "down")}");
        await victim.KillAsync();
        await _world.InspectAsync(victim, _channelId, stop);
        _world.Launch(victim);

        Assert.False(await transfer.Completion.WaitAsync(stop));
        await AssertServesAsync(stop);
    }

    private async Task KillWhileToppingUpAsync(EdgeNode victim, CancellationToken stop)
    {
        var wanted = (await ChannelAsync(_world.Consumer, stop)).CapacityBytes + TopUpStepBytes;
        using var transfer = _world.Move(upload: false, 40_000_000);
        using (await _world.Consumer.PostAsync($"/v1/channels/{_channelId}/top-up?capacityBytes={wanted}", stop))
        {
            await KillLaterAsync(victim, "topping up", 300, stop);
        }

        _world.Launch(victim);
        await ProcessWorld.ServingAsync(_world.Consumer, stop);

        // Asked for again, until it is there: the capacity wanted is a whole, so it is paid once.
        await Eventually.TrueAsync(
            async () =>
            {
                using var asked = await _world.Consumer.PostAsync($"/v1/channels/{_channelId}/top-up?capacityBytes={wanted}", stop);
                return (await ChannelAsync(_world.Consumer, stop)).CapacityBytes >= wanted;
            },
            "the capacity is raised");
        Assert.Equal(wanted, (await ChannelAsync(_world.Consumer, stop)).CapacityBytes);
        await AssertServesAsync(stop);
    }

    private async Task KillWhileClosingAsync(CancellationToken stop)
    {
        foreach (var victim in (EdgeNode[])[_world.Consumer, _world.Provider, _world.Consumer])
        {
            using (await _world.Consumer.PostAsync($"/v1/channels/{_channelId}/close", stop))
            {
                await KillLaterAsync(victim, "closing", 700, stop);
            }

            await _world.InspectAsync(victim, _channelId, stop);
            _world.Launch(victim);
            await ProcessWorld.AnsweringAsync(victim, stop);
        }

        // A consumer that is started again wants a channel, and opens the next one where the old one is closing.
        await ProcessWorld.ServingAsync(_world.Consumer, stop);
        await ProcessWorld.ServingAsync(_world.Provider, stop);
        foreach (var channelId in (await _world.EventsAsync(stop)).OfType<ChannelOpened>().Select(opened => opened.Channel.ToString()).ToList())
        {
            using (await _world.Consumer.PostAsync($"/v1/channels/{channelId}/close", stop))
            {
                await ProcessWorld.SettledAsync(_world.Consumer, channelId, stop);
                await ProcessWorld.SettledAsync(_world.Provider, channelId, stop);
            }
        }
    }

    private async Task AssertAddsUpAsync(TokenAmount purse, CancellationToken stop)
    {
        foreach (var node in (EdgeNode[])[_world.Consumer, _world.Provider])
        {
            await _world.VerifyAsync(node, _channelId, stop);
        }

        await _world.VerifySiloAsync(_world.Silo, _channelId, stop);
        Assert.True(_world.Seen(_channelId).Count > 10, $"only {_world.Seen(_channelId).Count} units were seen");

        var events = await _world.EventsAsync(stop);
        var terms = events.OfType<ChannelOpened>().First().Terms;
        var closed = events.OfType<ChannelClosed>().ToDictionary(one => one.Channel.ToString(), one => one.BytesUsed);
        Assert.Equal(events.OfType<ChannelOpened>().Count(), closed.Count);
        Assert.Equal(2, events.OfType<ChannelToppedUp>().Count());

        var consumer = (await _world.Consumer.TryGetStatusAsync(stop))!.Channels.Single(channel => channel.ChannelId == _channelId);
        var provider = (await _world.Provider.TryGetStatusAsync(stop))!.Channels.Single(channel => channel.ChannelId == _channelId);
        Note($"claimed {string.Join(' ', events.OfType<ChannelClaimed>().Select(claim => claim.BytesPaid))}; arrived {_world.ArrivedBytes}, used {_world.UsedBytes}, paid {closed[_channelId]} bytes, consumer's count {consumer.OwnBytes}, provider's {provider.OwnBytes}; {_world.Seen(_channelId).Count} units seen");
        Tell();

        // Guarantee 3: nobody lost more than a checkpoint beyond the tolerance, whoever was killed however often.
        var paidBytes = closed[_channelId];
        var boundBytes = Checkpoint + ((paidBytes / Checkpoint + 1) * AllowanceBytes);
        Assert.True(paidBytes + boundBytes >= _world.ArrivedBytes, $"{_world.ArrivedBytes} bytes arrived, {paidBytes} are paid");
        Assert.True(paidBytes + boundBytes >= provider.OwnBytes, $"the provider served {provider.OwnBytes} bytes, {paidBytes} are paid");
        Assert.True(paidBytes <= _world.UsedBytes + boundBytes, $"{_world.UsedBytes} bytes were used, {paidBytes} are paid");
        // What a killed node had counted since its newest record shows with its next session, which a closed channel has not.
        Assert.True(paidBytes <= consumer.OwnBytes + Checkpoint + boundBytes, $"the consumer counts {consumer.OwnBytes} bytes, {paidBytes} are paid");

        // And every token is where the bytes say.
        var paid = closed.Values.Aggregate(BigInteger.Zero, (sum, bytes) => sum + terms.Price(bytes).BaseUnits);
        Assert.Equal(new TokenAmount(paid), await _world.BalanceAsync(_world.Provider.Address, stop));
        Assert.Equal(new TokenAmount(purse.BaseUnits - paid), await _world.BalanceAsync(_world.Consumer.Address, stop));
        Assert.Equal(TokenAmount.Zero, await _world.BalanceAsync(_world.Chain.Deployment.PaymentChannels, stop));
    }

    // The channel is the same, both sides count on from where they were, and what is asked for comes whole.
    private async Task AssertServesAsync(CancellationToken stop)
    {
        await ProcessWorld.ServingAsync(_world.Provider, stop);
        await ProcessWorld.ServingAsync(_world.Consumer, stop);
        await Eventually.TrueAsync(
            async () =>
            {
                using var transfer = _world.Move(upload: false, 300_000);
                return await transfer.Completion.WaitAsync(stop);
            },
            "downloads work again");
        var arrivedBytes = _world.ArrivedBytes;
        Assert.True((await ChannelAsync(_world.Provider, stop)).OwnBytes + Checkpoint >= arrivedBytes, "the provider forgot what it served");
    }

    private async Task<EdgeChannel> ChannelAsync(EdgeNode node, CancellationToken stop) =>
        (await node.TryGetStatusAsync(stop))?.Channels.SingleOrDefault(channel => channel.ChannelId == _channelId && channel.Phase == "active")
        ?? throw new InvalidOperationException($"the {node.Name} shows no active channel {_channelId}");

    private async Task KillLaterAsync(EdgeNode victim, string meanwhile, int withinMs, CancellationToken stop)
    {
        // Not a wait for anything: the moment of the kill is what is random.
        var afterMs = Random.Next(withinMs);
        Note($"{victim.Name} killed {afterMs} ms into {meanwhile}");
        await Task.Delay(afterMs, stop);
        await victim.KillAsync();
    }
}
