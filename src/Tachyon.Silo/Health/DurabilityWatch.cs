namespace Tachyon.Silo.Health;

/// <summary>
/// Asks now and then whether the storage still keeps what it acknowledges: its settings can be changed while it runs, and
/// a server that came back may have others. Not thread-safe.
/// </summary>
/// <param name="check">Everything that is wrong; throws when the storage cannot be asked.</param>
/// <param name="time">The clock.</param>
internal sealed class DurabilityWatch(Func<Task<IReadOnlyList<string>>> check, TimeProvider time)
{
    /// <summary>How often the storage is asked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private long? _askedAt;
    private string? _fault;

    /// <summary>Why the storage may lose what it acknowledges; null when it keeps it, as far as was last heard.</summary>
    public async Task<string?> FaultAsync()
    {
        if (_askedAt is { } at && time.GetElapsedTime(at) < Period)
        {
            return _fault;
        }

        try
        {
            var faults = await check();
            _fault = faults.Count == 0 ? null : string.Join("; ", faults);
            _askedAt = time.GetTimestamp();
        }
#pragma warning disable CA1031 // That it cannot be asked is for the probe to say, which writes; what was last heard stands.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        return _fault;
    }
}
