using System.Diagnostics.Metrics;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Silo.Gateway;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Telemetry;

/// <summary>
/// Shows how things stand rather than what happened: connections, readiness, the outbox, the feed, deadlines, live
/// providers and their slots, what is unclaimed. The grains are asked now and then and not by each reading, so that whoever reads metrics cannot load them.
/// </summary>
internal sealed partial class SiloGauges(
    ClusterFigures figures,
    EdgeRegistry edges,
    SiloMonitor monitor,
    TimeProvider time,
    IMeterFactory meters,
    ILogger<SiloGauges> logger) : BackgroundService
{
    public const string Name = "tachyon.silo";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private volatile ClusterSnapshot? _snapshot;

    /// <summary>Asks the grains now.</summary>
    public async Task LookAsync() => _snapshot = await figures.LookAsync();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Register();
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                await TryLookAsync();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task TryLookAsync()
    {
        try
        {
            await LookAsync();
        }
#pragma warning disable CA1031 // Grains that do not answer show elsewhere; a gauge must not stop for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception.Message);
        }
    }

    private void Register()
    {
        var meter = meters.Create(Name);
        meter.CreateObservableGauge("tachyon.gateway.connections", () => edges.Connections, "{connection}", "WebSockets open");
        meter.CreateObservableGauge("tachyon.gateway.edges", () => edges.Edges, "{edge}", "Edges that proved their keys");
        meter.CreateObservableGauge("tachyon.silo.ready", () => monitor.Health.IsReady ? 1 : 0, "1", "1 when chain and storage work");
        meter.CreateObservableGauge("tachyon.providers.live", () => Show(now => now.Providers), "{provider}", "Live providers, of the whole cluster");
        meter.CreateObservableGauge("tachyon.providers.slots", SlotsByUse, "{slot}", "Slots of live providers, of the whole cluster, by use");
        meter.CreateObservableGauge("tachyon.deadlines.next", ToNextSeconds, "s", "Time until the nearest deadline; negative when it is overdue");
        meter.CreateObservableGauge("tachyon.deadlines.watched", () => Show(now => now.Deadlines), "{channel}", "Channels that wait for a deadline");
        meter.CreateObservableGauge("tachyon.channels.unclaimed", Unclaimed, "{token}", "What consumers signed and providers were not paid for, of the whole cluster");
        meter.CreateObservableGauge("tachyon.channels.unclaimed.bytes", () => Count(census => (long)census.UnclaimedBytes), "By", "The same in bytes");
        meter.CreateObservableGauge("tachyon.channels.disputed", () => Count(census => census.Disputed), "{channel}", "Channels that are not over and whose counts differ by more than the tolerance allows");
        meter.CreateObservableGauge("tachyon.channels.phase", ByPhase, "{channel}", "Channels of the whole cluster, by phase");
        meter.CreateObservableGauge("tachyon.feed.behind", () => Show(now => now.BlocksBehind), "{block}", "Final blocks that the feed has not worked through");
        meter.CreateObservableGauge("tachyon.outbox.open", () => Show(now => now.Outbox.Open), "{operation}", "Operations that have not ended");
        meter.CreateObservableGauge("tachyon.outbox.oldest", () => Show(now => now.OldestSeconds), "s", "Age of the oldest operation that has not ended");
        meter.CreateObservableGauge("tachyon.outbox.replaced", () => Show(now => now.Outbox.Intents.Count(intent => ClusterSnapshot.IsOpen(intent) && intent.Attempts > 1)), "{operation}", "Open operations whose transaction was replaced with higher fees");
        meter.CreateObservableGauge("tachyon.outbox.operations", ByState, "{operation}", "Operations shown by the outbox, by state");
    }

    private IEnumerable<Measurement<long>> Show(Func<ClusterSnapshot, long> value) => _snapshot is { } now ? [new Measurement<long>(value(now))] : [];

    private IEnumerable<Measurement<long>> Count(Func<CensusView, long> value) => _snapshot?.Census is { } census ? [new Measurement<long>(value(census))] : [];

    // Near enough for a chart: a gauge is a floating-point number.
    private IEnumerable<Measurement<double>> Unclaimed() =>
        _snapshot?.Census is { } census ? [new Measurement<double>((double)census.Unclaimed.BaseUnits / Math.Pow(10, TokenAmount.Decimals))] : [];

    private IEnumerable<Measurement<long>> ByPhase() => _snapshot?.Census is not { } census ? [] : Enum.GetValues<ChannelPhase>()
        .Where(phase => phase != ChannelPhase.None)
        .Select(phase => new Measurement<long>(census.In(phase), new KeyValuePair<string, object?>("phase", phase.ToString())));

    private IEnumerable<Measurement<long>> SlotsByUse() => _snapshot is not { } now ? [] :
    [
        new Measurement<long>(now.SlotsTaken, new KeyValuePair<string, object?>("use", "taken")),
        new Measurement<long>(now.Slots - now.SlotsTaken, new KeyValuePair<string, object?>("use", "free")),
    ];

    private IEnumerable<Measurement<long>> ToNextSeconds() =>
        _snapshot is { NextSeconds: { } next } ? [new Measurement<long>((long)next - time.GetUtcNow().ToUnixTimeSeconds())] : [];

    private IEnumerable<Measurement<long>> ByState() => _snapshot is not { } now ? [] : now.Outbox.Intents
        .GroupBy(intent => intent.State)
        .Select(group => new Measurement<long>(group.Count(), new KeyValuePair<string, object?>("state", group.Key.ToString())));

    [LoggerMessage(1, LogLevel.Debug, "The grains could not be asked for their figures: {Reason}")]
    private partial void LogFailed(string reason);
}
