namespace Tachyon.Silo.Tests.Console;

/// <summary>
/// Makes the pictures under docs/images/: TACHYON_PICTURES=1 dotnet test tests/Tachyon.Silo.Tests --filter Pictures. Without that
/// nothing is written: pictures change with every run.
/// </summary>
public sealed class Pictures(ConsoleFixture fixture) : IClassFixture<ConsoleFixture>
{
    // Long enough that the charts have something to show.
    private static readonly TimeSpan Load = TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("TACHYON_PICTURES_AFTER_MINUTES") ?? "2.2", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task Pictures_AreMade_WhenAskedFor()
    {
        if (Environment.GetEnvironmentVariable("TACHYON_PICTURES") is not "1")
        {
            return;
        }

        await Task.Delay(Load);
        var directory = RepositoryRoot.Combine("docs", "images");
        Directory.CreateDirectory(directory);
        await TakeAsync("/", "console-overview.png", 1280, 860, dark: false);
        await TakeAsync("/", "console-overview-phone.png", 390, 844, dark: false);
        await TakeAsync("/channels", "console-channels.png", 1280, 800, dark: false);
        await TakeAsync($"/channels/{fixture.Busy.Disputed}", "console-channel.png", 1280, 860, dark: false);
        await TakeAsync("/providers", "console-providers.png", 1280, 480, dark: true);
        await TakeAsync($"/routes/{fixture.Busy.Route.Exit}", "console-routes.png", 1280, 480, dark: false, BusySilo.Key);

        Task TakeAsync(string path, string file, int width, int height, bool dark, string? key = null) => fixture.Browser.PlayAsync("picture", fixture.Busy.Url, new
        {
            path, file = Path.Combine(directory, file), width, height, dark, key, ready = path == "/" ? ".u-over" : "main",
        });
    }
}
