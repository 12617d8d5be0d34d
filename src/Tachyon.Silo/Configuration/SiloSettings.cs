using Tachyon.Grains;
using Tachyon.Grains.Hosting;

namespace Tachyon.Silo.Configuration;

/// <summary>All settings of a silo, read and checked.</summary>
internal sealed class SiloSettings
{
    private static readonly string[] Sections = ["Chain", "Operator", "Gateway", "Grains", "Storage", "Cluster", "Telemetry"];

    /// <summary>Where the silo keeps its state. Default: ./tachyon-silo.</summary>
    public required string DataDirectory { get; init; }

    public required ChainSettings Chain { get; init; }

    public required OperatorSettings Operator { get; init; }

    public required GatewayOptions Gateway { get; init; }

    public required StorageSettings Storage { get; init; }

    public required ClusterSettings Cluster { get; init; }

    public required TelemetrySettings Telemetry { get; init; }

    /// <summary>Sets the grains' options to what the settings say.</summary>
    public required Action<GrainsOptions> Grains { get; init; }

    /// <summary>The whole configuration, for logging and for Kestrel's certificates.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>Every setting there is, in the order in which people want to read them.</summary>
    public IReadOnlyList<SettingEntry> Entries { get; private set; } = [];

    /// <summary>Reads everything; what is wrong is in <paramref name="faults"/>, and then the result must not be used.</summary>
    public static SiloSettings Read(IConfiguration configuration, out IReadOnlyList<SettingFault> faults)
    {
        var reader = new SettingReader(configuration);
        var grains = new GrainsOptions();
        var settings = new SiloSettings
        {
            DataDirectory = Path.GetFullPath(reader.Optional("DataDirectory", "where the silo keeps its state", "./tachyon-silo") ?? "tachyon-silo"),
            Chain = ChainSettings.Read(reader),
            Operator = OperatorSettings.Read(reader),
            Gateway = GatewayOptions.Read(reader),
            Storage = StorageSettings.Read(reader),
            Cluster = ClusterSettings.Read(reader),
            Telemetry = TelemetrySettings.Read(reader),
            Grains = options => GrainsSettings.Read(new SettingReader(configuration), options),
            Configuration = configuration,
        };

        GrainsSettings.Read(reader, grains);
        CheckTogether(reader, settings, grains);
        reader.FaultUnknown(Sections);
        settings.Entries = reader.Entries;
        faults = reader.Faults;
        return settings;
    }

    private static void CheckTogether(SettingReader reader, SiloSettings settings, GrainsOptions grains)
    {
        if (new GrainsOptionsValidator().Validate(null, grains) is { Failed: true, Failures: { } failures })
        {
            foreach (var failure in failures)
            {
                reader.Fault("Grains", null, failure);
            }
        }

        // One lost heartbeat must not take a provider off the list.
        if (settings.Gateway.HeartbeatPeriod * 2 > grains.ProviderLiveness)
        {
            reader.Fault(
                "Gateway:HeartbeatPeriod",
                settings.Gateway.HeartbeatPeriod.ToString(),
                $"must be at most half of Grains:ProviderLiveness, which is {grains.ProviderLiveness}");
        }

        if (settings.Cluster.Provider == ClusterProvider.Redis && settings.Storage.Provider != StorageProvider.Redis)
        {
            reader.Fault("Storage:Provider", "sqlite", "must be redis too where Cluster:Provider is: silos of a cluster share their state");
        }

        if (settings.Gateway is { ReadersNeedKey: true, OperatorKeyFile: null })
        {
            reader.Fault("Gateway:ReadersNeedKey", "true", "needs Gateway:OperatorKeyFile: without a key nobody could read");
        }

        if (settings.Cluster.SiloPort == settings.Cluster.ClientPort)
        {
            reader.Fault("Cluster:ClientPort", $"{settings.Cluster.ClientPort}", "must be another port than Cluster:SiloPort");
        }
    }
}
