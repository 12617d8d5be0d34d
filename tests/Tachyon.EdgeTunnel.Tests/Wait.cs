using System.Diagnostics;

namespace Tachyon.EdgeTunnel.Tests;

/// <summary>Waiting for conditions, with a limit that only a hang ever reaches.</summary>
internal static class Wait
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Limit, $"Timed out waiting until {what}.");
            await Task.Delay(5);
        }
    }
}
