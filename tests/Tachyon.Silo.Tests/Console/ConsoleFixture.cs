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
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Busy.DisposeAsync();
    }
}
