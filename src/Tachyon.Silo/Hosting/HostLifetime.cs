namespace Tachyon.Silo.Hosting;

/// <summary>When a silo's own services may begin.</summary>
internal static class HostLifetime
{
    /// <summary>
    /// Ends once the host has started, and the silo with it. A grain called before that has nowhere to be placed, and the runtime
    /// logs an error for each such call.
    /// </summary>
    /// <exception cref="OperationCanceledException">The host stops first.</exception>
    public static async Task WaitForStartAsync(this IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping);
    }
}
