namespace Orleans.StandIn.Tests;

internal static class Waiting
{
    /// <summary>Waits until a condition holds, for ten seconds at most.</summary>
    public static async Task Until(Func<bool> condition) => await Until(() => Task.FromResult(condition()));

    public static async Task Until(Func<Task<bool>> condition)
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(10));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), timeout.Token);
        }
    }
}
