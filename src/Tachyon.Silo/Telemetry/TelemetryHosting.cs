using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Telemetry;

/// <summary>Adds what sends metrics and traces, where a collector is configured. Without one nothing is gathered.</summary>
internal static class TelemetryHosting
{
    public static void AddTelemetry(this IServiceCollection services, TelemetrySettings settings)
    {
        if (settings.Endpoint is null)
        {
            return;
        }

        services.AddSingleton(settings);
        services.AddHostedService<TelemetryExport>();
        services.AddHostedService<SiloGauges>();
    }
}
