using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class ReminderTests : IAsyncLifetime
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();
    private readonly InProcessTestCluster _cluster;
    private readonly string _key = Guid.NewGuid().ToString("N");

    public ReminderTests() => _cluster = new InProcessTestClusterBuilder(2)
        .ConfigureSilo((_, silo) =>
        {
            silo.Services.AddKeyedSingleton<TimeProvider>(Reminders.ReminderTimeProviderNames.Reminders, _time);
            silo.UseInMemoryReminderService();
        })
        .Build();

    private IReminded Grain => _cluster.Client.GetGrain<IReminded>(_key);

    private int Ticks => Gates.Log(_key).Count;

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task Reminder_TicksWhenDueAndThenEveryPeriod()
    {
        await Grain.Remind("rent", 2 * s_minute, s_minute);
        await TickTo(3);
        Assert.Equal("rent@00:00:00", Gates.Log(_key).First());
        Assert.Equal(3, Gates.Log(_key).Distinct().Count());
        Assert.All(Gates.Log(_key), tick => Assert.EndsWith(":00", tick, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reminder_WakesAGrainThatIsNotActive()
    {
        await Grain.Remind("rent", s_minute, s_minute);
        await _cluster.DeactivateAsync(Grain);
        await TickTo(1);
    }

    [Fact]
    public async Task Reminder_Unregistered_TicksNoMore()
    {
        await Grain.Remind("rent", s_minute, s_minute);
        await TickTo(1);
        Assert.True(await Grain.Forget("rent"));
        Assert.False(await Grain.Forget("rent"));
        int ticks = Ticks;
        _time.Advance(10 * s_minute);
        Assert.Empty(await Grain.Known());
        Assert.Equal(ticks, Ticks);
    }

    [Fact]
    public async Task Reminder_RegisteredAgain_TakesTheNewTimes()
    {
        await Grain.Remind("rent", TimeSpan.FromDays(100), s_minute);
        await Grain.Remind("rent", s_minute, s_minute);
        await TickTo(1);
        Assert.Equal(["rent"], await Grain.Known());
    }

    [Fact]
    public async Task Reminder_OwnersSiloDies_TicksOnTheOther()
    {
        await Grain.Remind("rent", s_minute, s_minute);
        await TickTo(1);
        await _cluster.KillSiloAsync(_cluster.Silos[0]);
        await TickTo(Ticks + 2);
    }

    [Fact]
    public async Task Reminder_BelowAMinute_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Grain.Remind("rent", s_minute, TimeSpan.FromSeconds(59)));

    private Task TickTo(int count) => Waiting.Until(() =>
    {
        if (Ticks < count)
        {
            _time.Advance(s_minute);
        }

        return Ticks >= count;
    });
}
