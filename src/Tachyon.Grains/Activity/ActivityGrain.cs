using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Activity;

/// <inheritdoc cref="IActivityGrain" />
internal sealed class ActivityGrain(GrainClock clock) : Grain, IActivityGrain
{
    private readonly ActivityWindows _windows = new();

    /// <inheritdoc />
    public Task<ActivitySample[]> Report(SiloActivity activity, ulong afterMs)
    {
        ArgumentNullException.ThrowIfNull(activity);
        ulong nowMs = clock.NowMs;
        _windows.Add(activity, nowMs);
        return Task.FromResult(_windows.After(afterMs, nowMs));
    }
}
