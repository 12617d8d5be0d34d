using System.Globalization;

namespace Tachyon.SiloLoad;

/// <summary>What one silo process showed.</summary>
internal sealed record RunFigures(
    Figures Verified, double VerifiesPerCpuSecond, double RecoversPerCpuSecond, Figures Coalesced, Figures Paced, double PeakMB)
{
    /// <summary>
    /// Units verified for each second of the silo's processor time, as a share of what libsecp256k1 alone verifies in a
    /// second of processor time on the same machine at the same time.
    /// </summary>
    public double VerifyLimitRatio => Verified.UnitsPerCpuSecond / VerifiesPerCpuSecond;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"libsecp256k1 alone verifies {VerifiesPerCpuSecond:N0} for each second of processor time ({RecoversPerCpuSecond:N0} recoveries), the silo {VerifyLimitRatio:P1} of that; peak {PeakMB:0} MB");

    /// <summary>The result line: the median of each figure for itself.</summary>
    public static string Line(IReadOnlyList<RunFigures> runs, ChannelMemory memory)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"silo verified_per_s={Median(run => run.Verified.UnitsPerSecond):0} verify_limit_ratio={Median(run => run.VerifyLimitRatio):0.000} coalesced_per_s={Median(run => run.Coalesced.UnitsPerSecond):0} ack_p50_ms={Median(run => run.Paced.LatencyMs(0.5)):0.0} ack_p99_ms={Median(run => run.Paced.LatencyMs(0.99)):0.0} bytes_per_active_channel={memory.ActiveBytes:0} peak_mb={Median(run => run.PeakMB):0}");

        double Median(Func<RunFigures, double> figure)
        {
            double[] ordered = [.. runs.Select(figure).Order()];
            return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
        }
    }
}
