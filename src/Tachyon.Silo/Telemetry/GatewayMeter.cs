using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tachyon.Protocol.Gateway;

namespace Tachyon.Silo.Telemetry;

/// <summary>What the gateway counts. Labels are kinds of messages and names of limits, never who sent them.</summary>
internal static class GatewayMeter
{
    public const string Name = "tachyon.gateway";

    /// <summary>One activity per request of an edge.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Units = Meter.CreateCounter<long>(
        "tachyon.gateway.units.received", "{unit}", "Units that edges handed in");

    private static readonly Counter<long> Coalesced = Meter.CreateCounter<long>(
        "tachyon.gateway.units.coalesced", "{unit}", "Units for which a newer one of the same request stood");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "tachyon.gateway.request.duration", "ms", "Time from a request to its reply, by kind; of SubmitUnits, until the units are durable");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "tachyon.gateway.request.failures", "{request}", "Requests that the silo could not carry out, by kind");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "tachyon.gateway.refused", "{request}", "What was refused by a limit, by limit");

    private static readonly Counter<long> Ended = Meter.CreateCounter<long>(
        "tachyon.gateway.connections.ended", "{connection}", "Connections that the gateway ended, by reason");

    private static readonly Counter<long> Pushes = Meter.CreateCounter<long>("tachyon.gateway.pushes", "{push}", "Pushes queued to edges");

    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "tachyon.gateway.messages.dropped", "{message}", "Messages to edges that read too slowly or were gone");

    private static readonly Counter<long> Matches = Meter.CreateCounter<long>("tachyon.gateway.matches", "{match}", "Matches asked for, by whether any provider was found");

    private static readonly Dictionary<GatewayMessageKind, KeyValuePair<string, object?>> Kinds = Enum.GetValues<GatewayMessageKind>()
        .ToDictionary(kind => kind, kind => new KeyValuePair<string, object?>("kind", kind.ToString()));

    private static readonly Dictionary<GatewayErrorCode, KeyValuePair<string, object?>> Codes = Enum.GetValues<GatewayErrorCode>()
        .ToDictionary(code => code, code => new KeyValuePair<string, object?>("reason", code.ToString()));

    public static void UnitsReceived(int units, int handedOn)
    {
        Units.Add(units);
        if (units > handedOn)
        {
            Coalesced.Add(units - handedOn);
        }
    }

    public static void Answered(GatewayMessageKind kind, long startedAt) =>
        Duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, Kinds[kind]);

    public static void Failed(GatewayMessageKind kind) => Failures.Add(1, Kinds[kind]);

    /// <param name="limit">One of a handful of literals.</param>
    public static void RefusedBy(string limit) => Refused.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public static void ConnectionEnded(GatewayErrorCode reason) => Ended.Add(1, Codes[reason]);

    public static void Pushed() => Pushes.Add(1);

    public static void MessageDropped() => Dropped.Add(1);

    public static void Matched(bool found) => Matches.Add(1, new KeyValuePair<string, object?>("found", found ? "some" : "none"));
}
