namespace Orleans.StandIn.Tests;

internal static class Waiting
{
    /// <summary>Far longer than anything takes on a busy machine.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task Until(Func<bool> condition) => await Until(() => Task.FromResult(condition()));

    public static async Task Until(Func<Task<bool>> condition)
    {
        using CancellationTokenSource timeout = new(Limit);
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), timeout.Token);
        }
    }
}
