using System.Globalization;
using Tachyon.TunnelBench.Measuring;
using Tachyon.TunnelBench.Peers;

namespace Tachyon.TunnelBench;

/// <summary>The last line: only what was measured, as name and key=value pairs.</summary>
internal static class ResultLine
{
    public static string Of(IReadOnlyList<Contestant> contestants, Samples stream, Samples many, Samples firstByte)
    {
        var tachyon = stream.Median(Contestant.Tachyon);
        double?[] shadowsocks = [stream.Median(Contestant.ShadowsocksChaCha20), stream.Median(Contestant.ShadowsocksAes128)];
        (string Key, double? Value, string Format)[] figures =
        [
            ("stream_mb_s", tachyon, "0"),
            ("vs_microsocks", tachyon / stream.Median(Contestant.Microsocks), "0.00"),
            ("vs_shadowsocks_best", tachyon / shadowsocks.Max(), "0.00"),
            ("vs_stunnel", tachyon / stream.Median(Contestant.Stunnel), "0.00"),
            ("many_vs_stunnel", many.Median(Contestant.Tachyon) / many.Median(Contestant.Stunnel), "0.00"),
            ("metering_cost_pct", 100 * (1 - (stream.Median(Contestant.Metered) / stream.Median(Contestant.Unmetered))), "0.0"),
            // How much later than without any tunnel.
            ("first_byte_ms", firstByte.Median(Contestant.Tachyon) - firstByte.Median(Contestant.Direct), "0.00"),
            ("rss_mb", contestants.FirstOrDefault(c => c.Name == Contestant.Tachyon)?.Processes.Max(ProcessMemory.PeakResidentMB), "0"),
        ];
        var measured = figures
            .Where(figure => figure.Value is not null)
            .Select(figure => $"{figure.Key}={figure.Value!.Value.ToString(figure.Format, CultureInfo.InvariantCulture)}");
        return $"tunnel {string.Join(' ', measured)}";
    }
}
