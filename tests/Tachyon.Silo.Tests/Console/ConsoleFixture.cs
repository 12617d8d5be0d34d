using Tachyon.Grains;

namespace Tachyon.Silo.Tests.Console;

/// <summary>One browser and one silo under load for all tests that change nothing.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    internal BusySilo Busy { get; private set; } = null!;

    internal Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Browser = Browser.Start();
        Busy = await BusySilo.StartAsync();

        // What comes up on a page once the channels were counted for the first time would move what stands below it.
        await Eventually.TrueAsync(async () => await Busy.Silo.Grains.Census().Latest() is { Disputed: 1 }, "the channels to be counted");
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Busy.DisposeAsync();
    }
}
