namespace Tachyon.Silo.Configuration;

/// <summary>How silos find each other. This silo stands alone on its machine; its ports are bound on loopback.</summary>
/// <param name="SiloPort">Cluster:SiloPort, between silos. Default 11111.</param>
/// <param name="ClientPort">Cluster:ClientPort, for Orleans clients. Default 30000.</param>
/// <param name="ClusterId">Cluster:Id. Default "tachyon".</param>
internal sealed record ClusterSettings(int SiloPort, int ClientPort, string ClusterId)
{
    private const int MaxPort = 65_535;

    public static ClusterSettings Read(SettingReader reader) => new(
        reader.Number("Cluster:SiloPort", 11_111, 1, MaxPort),
        reader.Number("Cluster:ClientPort", 30_000, 1, MaxPort),
        reader.Optional("Cluster:Id") ?? "tachyon");
}
