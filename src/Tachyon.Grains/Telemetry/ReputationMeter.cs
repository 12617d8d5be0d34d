using System.Diagnostics.Metrics;

namespace Tachyon.Grains.Telemetry;

/// <summary>What reputation counts. Who stated what about whom is never a label.</summary>
internal static class ReputationMeter
{
    private static readonly Meter Meter = new("tachyon.reputation");
    private static readonly Counter<long> Published = Meter.CreateCounter<long>(
        "tachyon.reputation.statements", "{statement}", "Statements that edges published, by what became of them");

    private static readonly Counter<long> Appended = Meter.CreateCounter<long>(
        "tachyon.reputation.appended", "{statement}", "Statements that were added to the log, by kind");

    private static readonly KeyValuePair<string, object?>[] Outcomes = [.. Enum.GetValues<StatementRefusal>().Select(refusal =>
        new KeyValuePair<string, object?>("outcome", refusal == StatementRefusal.None ? "admitted" : refusal.ToString()))];

    internal static void Answered(StatementRefusal refusal) => Published.Add(1, Outcomes[(int)refusal]);

    internal static void LogGrew(bool revoked) => Appended.Add(1, new KeyValuePair<string, object?>("kind", revoked ? "revocation" : "blacklisting"));
}
