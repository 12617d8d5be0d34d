using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Health;

/// <summary>Adds the monitor of chain and storage.</summary>
internal static class HealthHosting
{
    public static void AddMonitor(this IServiceCollection services, ChainSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<StorageProbe>();
        services.AddSingleton<SiloMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<SiloMonitor>());
    }
}
