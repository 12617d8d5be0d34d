namespace Tachyon.Grains.Tests.Cluster;

/// <summary>How much was written of each record, encoded and not compressed.</summary>
internal sealed class WrittenSizes
{
    private readonly Lock _sync = new();
    private readonly List<(string StateName, int Bytes)> _all = [];

    /// <summary>All writes so far, in their order.</summary>
    public (string StateName, int Bytes)[] All
    {
        get
        {
            lock (_sync)
            {
                return [.. _all];
            }
        }
    }

    internal void Add(string stateName, int bytes)
    {
        lock (_sync)
        {
            _all.Add((stateName, bytes));
        }
    }
}
