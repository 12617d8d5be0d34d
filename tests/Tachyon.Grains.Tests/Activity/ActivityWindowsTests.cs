using Tachyon.Grains.Activity;

namespace Tachyon.Grains.Tests.Activity;

/// <summary>What silos report, as samples of equal length.</summary>
public sealed class ActivityWindowsTests
{
    private const ulong Start = 1_800_000_000_000;

    private readonly ActivityWindows _windows = new();

    [Fact]
    public void SteadyTraffic_OfTwoSilosThatReportAtOddTimes_IsEvenInEverySample()
    {
        for (ulong ms = 0; ms <= 60_000; ms += 100)
        {
            if (ms % 1_900 == 0)
            {
                _windows.Add(Of("a", ms * 10, ms * 0.5), Start + ms);
            }

            if (ms % 2_300 == 400)
            {
                _windows.Add(Of("b", ms * 30, ms * 1.5), Start + ms);
            }
        }

        // All but the first, in which a silo began to report.
        ActivitySample[] samples = _windows.After(Start + ActivitySample.PeriodMs, Start + 60_000);
        Assert.Equal(10, samples.Length);
        Assert.All(samples, sample =>
        {
            Assert.Equal(40.0 * ActivitySample.PeriodMs, sample.Bytes, 3);
            Assert.Equal(2.0 * ActivitySample.PeriodMs, sample.Tokens, 3);
        });
    }

    [Fact]
    public void FirstReport_OfASiloThatHasRunForLong_CountsNothing()
    {
        _windows.Add(Of("a", 1e15, 1e6), Start);
        _windows.Add(Of("a", 1e15 + 50, 1e6), Start + 2_000);

        Assert.Equal(50, _windows.After(0, Start + 60_000).Sum(sample => sample.Bytes));
    }

    [Fact]
    public void Silence_IsSamplesOfNothing_AndOnlyAnHourIsKept()
    {
        _windows.Add(Of("a", 0, 0), Start);
        _windows.Add(Of("a", 7_000, 0), Start + 1_000);
        ulong laterMs = Start + (2 * 3_600_000);

        ActivitySample[] samples = _windows.After(0, laterMs);

        Assert.Equal(ActivitySample.MaxKept, samples.Length);
        Assert.All(samples, sample => Assert.Equal(0, sample.Bytes));
        Assert.Equal(samples.Select(sample => sample.EndMs), samples.Select(sample => sample.EndMs).Order());
        Assert.True(laterMs - samples[^1].EndMs < ActivityWindows.LagMs + ActivitySample.PeriodMs);
    }

    [Fact]
    public void Samples_AfterOneThatIsKnown_AreThoseThatFollow_AndNoneIsToldBeforeAllHaveReported()
    {
        _windows.Add(Of("a", 0, 0), Start);

        Assert.Empty(_windows.After(0, Start + ActivitySample.PeriodMs + ActivityWindows.LagMs - 1));
        ActivitySample first = Assert.Single(_windows.After(0, Start + ActivitySample.PeriodMs + ActivityWindows.LagMs));
        ActivitySample second = Assert.Single(_windows.After(first.EndMs, Start + (2 * ActivitySample.PeriodMs) + ActivityWindows.LagMs));
        Assert.Equal(first.EndMs + ActivitySample.PeriodMs, second.EndMs);
    }

    private static SiloActivity Of(string silo, double bytes, double tokens) => new() { Silo = silo, Bytes = bytes, Tokens = tokens };
}
