using Tachyon.Grains;

namespace Tachyon.Silo.Console.History;

/// <summary>The last hour of what all channels did, as this silo has heard it. Bounded; thread-safe.</summary>
internal sealed class ActivityHistory
{
    private readonly Lock _gate = new();
    private readonly Queue<ActivitySample> _samples = new();

    /// <summary>The end of the newest sample, Unix milliseconds; 0 for none.</summary>
    public ulong NewestMs
    {
        get
        {
            lock (_gate)
            {
                return _samples.Count == 0 ? 0 : _samples.Last().EndMs;
            }
        }
    }

    /// <summary>Takes samples in the order of their time; those that are known already, or older, are left out.</summary>
    public void Add(IEnumerable<ActivitySample> samples)
    {
        lock (_gate)
        {
            var newestMs = _samples.Count == 0 ? 0 : _samples.Last().EndMs;
            foreach (var sample in samples.Where(sample => sample.EndMs > newestMs))
            {
                _samples.Enqueue(sample);
                newestMs = sample.EndMs;
            }

            while (_samples.Count > ActivitySample.MaxKept)
            {
                _samples.Dequeue();
            }
        }
    }

    /// <summary>The samples that end after a time, oldest first.</summary>
    public ActivitySample[] After(ulong afterMs)
    {
        lock (_gate)
        {
            return [.. _samples.Where(sample => sample.EndMs > afterMs)];
        }
    }
}
