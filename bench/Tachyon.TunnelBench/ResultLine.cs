using System.Globalization;
using Tachyon.TunnelBench.Measuring;
using Tachyon.TunnelBench.Peers;

namespace Tachyon.TunnelBench;

/// <summary>The last line: only what was measured, as name and key=value pairs.</summary>
internal static class ResultLine
{
    /// <param name="contestants">What was measured.</param>
    /// <param name="stream">MB/s of one stream.</param>
    /// <param name="many">MB/s of many.</param>
    /// <param name="firstByte">Milliseconds to the first byte.</param>
    /// <param name="packets">Figures of the mode that carries whole packets; empty where that was not measured.</param>
    public static string Of(
        IReadOnlyList<Contestant> contestants, Samples stream, Samples many, Samples firstByte, IReadOnlyList<Figure> packets)
    {
        var tachyon = stream.Median(Contestant.Tachyon);
        double?[] shadowsocks = [stream.Median(Contestant.ShadowsocksChaCha20), stream.Median(Contestant.ShadowsocksAes128)];
        Figure[] figures =
        [
            new("stream_mb_s", tachyon, "0"),
            new("vs_microsocks", tachyon / stream.Median(Contestant.Microsocks), "0.00"),
            new("vs_shadowsocks_best", tachyon / shadowsocks.Max(), "0.00"),
            new("vs_stunnel", tachyon / stream.Median(Contestant.Stunnel), "0.00"),
            new("many_vs_stunnel", many.Median(Contestant.Tachyon) / many.Median(Contestant.Stunnel), "0.00"),
            new("metering_cost_pct", 100 * (1 - (stream.Median(Contestant.Metered) / stream.Median(Contestant.Unmetered))), "0.0"),
            .. packets,
            // How much later than without any tunnel.
            new("first_byte_ms", firstByte.Median(Contestant.Tachyon) - firstByte.Median(Contestant.Direct), "0.00"),
            new("rss_mb", contestants.FirstOrDefault(c => c.Name == Contestant.Tachyon)?.Processes.Max(ProcessMemory.PeakResidentMB), "0"),
        ];
        var measured = figures
            .Where(figure => figure.Value is not null)
            .Select(figure => $"{figure.Key}={figure.Value!.Value.ToString(figure.Format, CultureInfo.InvariantCulture)}");
        return $"tunnel {string.Join(' ', measured)}";
    }
}

/// <summary>A figure of the result line; it is left out where it was not measured.</summary>
internal sealed record Figure(string Key, double? Value, string Format);
