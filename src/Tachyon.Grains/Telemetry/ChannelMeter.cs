using System.Diagnostics.Metrics;

namespace Tachyon.Grains.Telemetry;

/// <summary>What channels count, all of them together: a channel's id is never a label.</summary>
internal static class ChannelMeter
{
    private const double LockFactor = ProtocolConstants.LockPercent / 100.0;

    private static readonly Meter Meter = new("tachyon.channels");
    private static readonly Counter<long> Kept = Meter.CreateCounter<long>(
        "tachyon.channels.units.kept", "{unit}", "Units that were verified and became the newest evidence");

    private static readonly Counter<long> Coalesced = Meter.CreateCounter<long>(
        "tachyon.channels.units.coalesced", "{unit}", "Units for which a newer one of the same batch stood");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "tachyon.channels.units.refused", "{batch}", "Batches of units that were refused, by reason");

    // Shares, most of them a fraction of a percent: the usual bounds, made for milliseconds, would hold them all in one.
    private static readonly double[] DifferenceBounds = [0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

    private static readonly Histogram<double> Difference = Meter.CreateHistogram<double>(
        "tachyon.channels.difference",
        "1",
        "How far the provider's count is above the consumer's, as a share of it, at each new unit of the provider",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DifferenceBounds });

    private static readonly Counter<long> SettledBytes = Meter.CreateCounter<long>(
        "tachyon.channels.settled", "By", "Bytes of channels that ended");

    private static readonly Counter<long> UsedBytes = Meter.CreateCounter<long>(
        "tachyon.channels.used", "By", "Bytes that consumers newly signed for");

    private static readonly Counter<double> Earned = Meter.CreateCounter<double>(
        "tachyon.channels.earned", "{token}", "What those bytes are worth to their providers");

    private static readonly Counter<double> Paid = Meter.CreateCounter<double>(
        "tachyon.channels.paid", "{token}", "Tokens paid to providers by channels that ended");

    private static readonly Counter<double> Burned = Meter.CreateCounter<double>(
        "tachyon.channels.burned", "{token}", "Tokens burned by disputes");

    private static readonly Counter<long> Ended = Meter.CreateCounter<long>(
        "tachyon.channels.ended", "{channel}", "Channels that ended, by how");

    private static readonly KeyValuePair<string, object?>[] Reasons =
        [.. Enum.GetNames<UnitRefusal>().Select(name => new KeyValuePair<string, object?>("reason", name))];

    internal static void UnitsKept(int kept, int coalesced)
    {
        Kept.Add(kept);
        if (coalesced > 0)
        {
            Coalesced.Add(coalesced);
        }
    }

    internal static void UnitsRefused(UnitRefusal reason) => Refused.Add(1, Reasons[(int)reason]);

    internal static void ProviderStated(ulong providerBytes, ulong consumerBytes) =>
        Difference.Record(providerBytes <= consumerBytes ? 0 : (double)(providerBytes - consumerBytes) / providerBytes);

    /// <summary>A consumer signed for more bytes. Returns what they are worth, in tokens.</summary>
    internal static double Used(Terms terms, ulong bytes)
    {
        double tokens = (double)bytes / ProtocolConstants.BytesPerMB * InTokens(terms.PricePerMB) * (terms.Kind == ChannelKind.Lock ? LockFactor : 1);
        UsedBytes.Add((long)bytes);
        Earned.Add(tokens);
        return tokens;
    }

    internal static void ChannelSettled(SettlementFigures figures)
    {
        SettledBytes.Add((long)figures.SettledBytes);
        Paid.Add(InTokens(figures.Paid));
        Burned.Add(InTokens(figures.Burned));
        Ended.Add(1, new KeyValuePair<string, object?>("how", figures.Cooperative ? "cooperative" : figures.Burned.IsZero ? "agreed" : "dispute"));
    }

    /// <summary>Near enough for a chart; money is counted elsewhere.</summary>
    private static double InTokens(TokenAmount amount) => (double)amount.BaseUnits / 1e18;
}
