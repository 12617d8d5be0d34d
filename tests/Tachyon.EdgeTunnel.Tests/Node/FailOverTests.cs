using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>A consumer that loses its provider goes on with the next one, and keeps what is in the old channel.</summary>
public sealed class FailOverTests : IDisposable
{
    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Provider_LostForLong_IsReplacedByTheNextMatchAndItsChannelIsKept()
    {
        await using var one = _world.StartProvider(name: "one");
        await using var two = _world.StartProvider(name: "two", key: TestChannels.Key(3));
        await one.ServingAsync();
        await two.ServingAsync();
        await using var consumer = _world.StartConsumer(with: options => options with { FailOverAfter = TimeSpan.FromSeconds(1) });
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 500_000);
        var first = consumer.OnlyChannel;

        await (first.Provider == one.Status.Address ? one : two).StopAsync();
        await consumer.UntilAsync(
            status => status.State == "serving" && status.Channels.Any(channel => channel.ChannelId != first.ChannelId && channel.Connected), "another serves");
        await consumer.EchoAsync(_target, 500_000);

        Assert.Equal(2, consumer.Status.Channels.Count);
        var kept = consumer.Status.Channels.Single(channel => channel.ChannelId == first.ChannelId);
        var next = consumer.Status.Channels.Single(channel => channel.ChannelId != first.ChannelId);
        Assert.Equal(("active", null), (kept.Phase, kept.Close));
        Assert.NotEqual(first.Provider, next.Provider);
        Assert.Equal(1_000_000UL, next.OwnBytes);
    }

    [Fact]
    public async Task Provider_LostWithNobodyElse_IsTakenUpAgainWhenItIsBack()
    {
        await using var consumer = _world.StartConsumer(with: options => options with { FailOverAfter = TimeSpan.FromMilliseconds(500) });
        int port;
        await using (var provider = _world.StartProvider())
        {
            await consumer.ServingAsync();
            port = System.Net.IPEndPoint.Parse(provider.Status.Listen!).Port;
        }

        await consumer.UntilAsync(status => status.State == "matching", "another is looked for");
        await using var back = _world.StartProvider(port: port);
        await consumer.UntilAsync(status => status.State == "serving", "the old channel goes on");
        await consumer.EchoAsync(_target, 100_000);

        Assert.Equal(200_000UL, consumer.OnlyChannel.OwnBytes);
    }

    [Fact]
    public async Task Provider_LostForLongerThanItsOwnerWaits_HasItsChannelClosedAlone()
    {
        await using var one = _world.StartProvider(name: "one");
        await one.ServingAsync();
        await using var consumer = _world.StartConsumer(with: options => options with
        {
            FailOverAfter = TimeSpan.FromMilliseconds(500), CloseLostAfter = TimeSpan.FromSeconds(1),
        });
        await consumer.ServingAsync();
        await using var two = _world.StartProvider(name: "two", key: TestChannels.Key(3));
        await two.ServingAsync();
        var first = consumer.OnlyChannel.ChannelId;

        await one.StopAsync();
        await consumer.UntilAsync(
            status => status.Channels.Any(channel => channel.ChannelId == first && channel is { Phase: "closing", Close.Alone: true }), "it is closed alone");
        _world.Chain.AdvanceTime(TimeSpan.FromHours(12));
        await consumer.UntilAsync(status => status.Channels.Any(channel => channel.ChannelId == first && channel.Phase == "settled"), "it is settled");

        Assert.Equal("0", consumer.Status.Channels.Single(channel => channel.ChannelId == first).Settlement!.Paid);
    }

    [Fact]
    public async Task Close_BegunWhileTheProviderIsRedialled_DoesNotFail()
    {
        await using var consumer = _world.StartConsumer(with: options => options with { FailOverAfter = TimeSpan.Zero });
        int port;
        await using (var provider = _world.StartProvider())
        {
            await consumer.ServingAsync();
            await consumer.EchoAsync(_target, 500_000);
            port = System.Net.IPEndPoint.Parse(provider.Status.Listen!).Port;
        }

        await consumer.UntilAsync(status => status.State == "connecting" && status.Detail is not null, "it redials");
        await using var again = _world.StartProvider(port: port);
        await again.UntilAsync(status => status.Totals.Sessions == 1, "it is back");
        consumer.Close(consumer.OnlyChannel);
        var states = new HashSet<string>();
        await consumer.UntilAsync(
            status =>
            {
                states.Add(status.Channels[0].Close?.State ?? "");
                return status.Channels[0].Close?.State == "settled";
            },
            "the channel is settled");

        Assert.DoesNotContain("failed", states);
        Assert.Equal(1_000_000UL, consumer.OnlyChannel.Settlement!.BytesUsed);
    }

    [Fact]
    public async Task Blacklist_AtTheConsumer_KeepsAProviderFromBeingMatchedAndAChannelFromBeingUsed()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        var blacklist = new Blacklist(_world.Data("consumer"));
        blacklist.Add(TestChannels.Provider.Address, "slow", DateTimeOffset.UnixEpoch);

        await using (var consumer = _world.StartConsumer(openTimeout: EndlessWait.Length))
        {
            Assert.Equal(NodeFault.NoProvider, (await consumer.GivesUpAsync(NodeFault.NoProvider)).Fault);
            Assert.Empty(consumer.Status.Channels);
        }

        Assert.True(blacklist.Remove(TestChannels.Provider.Address));
        await using var again = _world.StartConsumer();
        await again.ServingAsync();
    }

    [Fact]
    public async Task Blacklist_AtTheProvider_DeclinesChannelsAndRefusesSessionsAtOnce()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        new Blacklist(_world.Data("provider")).Add(TestChannels.Consumer.Address, null, DateTimeOffset.UnixEpoch);
        await provider.UntilAsync(status => status.Totals.Sessions == 0, "the session is ended");
        await consumer.UntilAsync(status => status.State == "connecting" && status.Detail is not null, "it is not admitted again");

        Assert.Equal("active", consumer.OnlyChannel.Phase);
    }
}
