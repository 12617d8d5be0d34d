using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Sessions;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>A provider's caps as its users meet them.</summary>
public sealed class ServingCapTests : IDisposable
{
    private static readonly DateTimeOffset MidMay = new(2026, 5, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Provider_AtItsMonthlyCap_ServesNoMore_AndTheChannelStaysOpen()
    {
        await using var provider = _world.StartProvider(monthlyCapBytes: 200_000_000);
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 100_000);

        // The silo knows of more than this journal does, as when a node moved to another machine.
        var now = DateTimeOffset.UtcNow;
        var nextMonth = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        _world.Silo.GatewayFor(TestChannels.Provider.Address).Push(new MonthAllowance(300_000, (ulong)nextMonth.ToUnixTimeSeconds()));
        await PushesHeardAsync();
        var more = consumer.EchoAsync(_target, 1_000_000);
        await Assert.ThrowsAnyAsync<Exception>(() => more);

        Assert.InRange(provider.OnlyChannel.OwnBytes, 200_000UL, 500_000UL);
        Assert.Equal("active", provider.OnlyChannel.Phase);
        Assert.Null(consumer.OnlyChannel.Close);
    }

    [Fact]
    public async Task Provider_DeclinesChannelsAboveItsCaps_WithTheReason()
    {
        await using var provider = _world.StartProvider(channelCapBytes: 50_000_000);
        await provider.ServingAsync();
        await using (var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address))
        {
            await Assert.ThrowsAsync<NodeException>(() => consumer.Running);
        }

        Assert.Equal(RefusalReason.AboveChannelCap, _world.Silo.Requests.OfType<DeclineRelay>().First().Reason);
        Assert.Equal(50_000_000UL, _world.Silo.Requests.OfType<Announce>().First().ChannelCapBytes);
    }

    [Fact]
    public async Task Provider_ToldToTakeNoNewChannels_DrainsAtTheSilo_AndTakesThemAgainWhenToldTo()
    {
        await using (var provider = _world.StartProvider(newChannels: false))
        {
            await provider.ServingAsync();
            Assert.True(Assert.Single(_world.Silo.Requests.OfType<Drain>()).Draining);
            await provider.StopAsync();
        }

        await using var again = _world.StartProvider();
        await again.ServingAsync();
        Assert.Contains(_world.Silo.Requests.OfType<Drain>(), drain => !drain.Draining);
    }

    [Fact]
    public async Task Provider_DrainedWhileItRuns_ServesWhatItHasAndTakesNothingNew()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        Assert.Equal(new NewChannelsAnswer(true, null), await provider.NewChannelsAsync(take: false));

        Assert.Single(_world.Silo.Requests.OfType<Drain>(), drain => drain.Draining);
        Assert.False(provider.Status.Offer!.NewChannels);
        await consumer.EchoAsync(_target, 100_000);
        await PushesHeardAsync();
        Assert.Equal(RefusalReason.Draining, Assert.Single(_world.Silo.Requests.OfType<AcceptanceAnswer>()).Reason);

        await provider.NewChannelsAsync(take: true);
        Assert.Equal(2, _world.Silo.Requests.OfType<Drain>().Count(drain => !drain.Draining));
        Assert.True(provider.Status.Offer!.NewChannels);
        Assert.False((await consumer.NewChannelsAsync(take: false)).IsProvider);
    }

    [Fact]
    public async Task Provider_DrainedWhileItsGatewaySaysNothing_DrainsAndSaysSo_BeforeWhoAskedGivesUp()
    {
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        _world.Silo.Ignores = request => request is Drain;

        var answer = await provider.NewChannelsAsync(take: false);

        Assert.Contains("it has not yet", answer.Detail, StringComparison.Ordinal);
        Assert.False(provider.Status.Offer!.NewChannels);
    }

    // Pushes are heard in order: what was pushed before is heard once this one is answered.
    private async Task PushesHeardAsync()
    {
        var asked = new AcceptanceAsked(TestChannels.Terms(salt: 77), (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300);
        _world.Silo.GatewayFor(TestChannels.Provider.Address).Push(asked);
        await Eventually.TrueAsync(() => _world.Silo.Requests.OfType<AcceptanceAnswer>().Any(), "an answer");
    }

    [Fact]
    public async Task Month_StartsFromTheHistory_AndAnewWhenItTurns()
    {
        using var directory = new TemporaryDirectory();
        await using var journal = EdgeJournal.Open(directory.Combine("journal.db"));
        using var book = new ChannelBook(journal);
        var channel = TestChannels.Record(role: SessionRole.Provider);
        await book.SaveAsync(channel, default);
        var session = new SessionRecord
        {
            SessionId = Guid.NewGuid(), ChannelId = channel.ChannelId, Peer = channel.Peer, Role = SessionRole.Provider, StartedAtMs = 1,
        };
        await journal.Sessions.BeginAsync(session);
        await journal.Sessions.AddUsageAsync(session.SessionId, new DateOnly(2026, 4, 30), new UsageBytes(500, 500, 1_000, 0, 0));
        await journal.Sessions.AddUsageAsync(session.SessionId, new DateOnly(2026, 5, 1), new UsageBytes(100, 200, 300, 0, 0));
        await journal.Sessions.AddUsageAsync(session.SessionId, new DateOnly(2026, 5, 15), new UsageBytes(30, 70, 100, 0, 0));
        var time = new FakeTimeProvider(MidMay);
        var limits = new ServeLimits();
        var cap = new MonthlyCap(limits, 10_000, book, journal, time);

        cap.Look();
        Assert.Equal(9_600UL, limits.MonthBytesLeft);
        cap.Hear(new MonthAllowance(50, (ulong)new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()));
        Assert.Equal(9_600UL, limits.MonthBytesLeft);
        cap.Hear(new MonthAllowance(50, (ulong)new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()));
        Assert.Equal(50UL, limits.MonthBytesLeft);
        Assert.Equal(20UL, cap.FreeBytes(promisedBytes: 30));

        time.Advance(TimeSpan.FromDays(16));
        cap.Look();
        Assert.Equal(50UL, limits.MonthBytesLeft);
        time.Advance(TimeSpan.FromDays(1));
        cap.Look();
        Assert.Equal(10_000UL, limits.MonthBytesLeft);
    }
}
