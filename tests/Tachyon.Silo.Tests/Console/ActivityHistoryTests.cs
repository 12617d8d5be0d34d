using Tachyon.Grains;
using Tachyon.Silo.Console.History;

namespace Tachyon.Silo.Tests.Console;

/// <summary>The hour that a silo remembers.</summary>
public sealed class ActivityHistoryTests
{
    private readonly ActivityHistory _history = new();

    [Fact]
    public void Samples_AreKeptOnce_InOrder_AndForAnHour()
    {
        _history.Add([Sample(1), Sample(2)]);
        _history.Add([Sample(2), Sample(3)]);
        Assert.Equal([1, 2, 3], _history.After(0).Select(sample => sample.Bytes));
        Assert.Equal([3], _history.After(2 * ActivitySample.PeriodMs).Select(sample => sample.Bytes));

        _history.Add(Enumerable.Range(4, 2 * ActivitySample.MaxKept).Select(Sample));
        Assert.Equal(ActivitySample.MaxKept, _history.After(0).Length);
        Assert.Equal((ulong)(3 + (2 * ActivitySample.MaxKept)) * ActivitySample.PeriodMs, _history.NewestMs);
    }

    private static ActivitySample Sample(int number) => new() { EndMs = (ulong)number * ActivitySample.PeriodMs, Bytes = number, Tokens = 0 };
}
