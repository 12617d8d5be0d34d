namespace Tachyon.TunnelBench.Measuring;

/// <summary>What was measured of each contestant; the figure that counts is the median.</summary>
internal sealed class Samples
{
    private readonly Dictionary<string, List<double>> _samples = [];

    public IEnumerable<string> Names => _samples.Keys;

    public void Add(string name, double value)
    {
        if (!_samples.TryGetValue(name, out var values))
        {
            _samples[name] = values = [];
        }

        values.Add(value);
    }

    /// <summary>The median; null where nothing was measured.</summary>
    public double? Median(string name)
    {
        if (!_samples.TryGetValue(name, out var values))
        {
            return null;
        }

        double[] ordered = [.. values.Order()];
        var middle = ordered.Length / 2;
        return ordered.Length % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
    }
}
