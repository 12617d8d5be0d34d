using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Telemetry;

/// <summary>
/// Sends metrics and traces to a collector for as long as the silo runs. A collector that is down costs what it would have
/// been sent, and nothing else.
/// </summary>
internal sealed class TelemetryExport(TelemetrySettings settings) : IHostedService, IDisposable
{
    private const int FlushMs = 2_000;

    private MeterProvider? _metrics;
    private TracerProvider? _traces;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("tachyon-silo", serviceVersion: HealthEndpoints.Version, serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}");
        var headers = settings.HeadersFile is { } file ? File.ReadLines(Path.GetFullPath(file)).FirstOrDefault()?.Trim() : null;
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("tachyon.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, "v1/metrics", headers);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.MetricsPeriod.TotalMilliseconds;
            })
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.TraceShare)))
            .AddSource("tachyon.*", "Microsoft.Orleans.*", "Microsoft.AspNetCore", "System.Net.Http")
            .AddOtlpExporter(exporter => Configure(exporter, "v1/traces", headers))
            .Build();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        // Sends what is left, within a limit: a collector that is down must not hold up the end.
        _metrics?.Shutdown(FlushMs);
        _traces?.Shutdown(FlushMs);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
    }

    private void Configure(OtlpExporterOptions exporter, string path, string? headers)
    {
        exporter.Protocol = settings.Transport == OtlpTransport.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;

        // Over HTTP the exporter takes an address that is given as it stands.
        exporter.Endpoint = settings.Transport == OtlpTransport.Grpc
            ? settings.Endpoint!
            : new Uri($"{settings.Endpoint!.ToString().TrimEnd('/')}/{path}");
        exporter.Headers = headers;
    }
}
