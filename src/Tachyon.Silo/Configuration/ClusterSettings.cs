using System.Net;

namespace Tachyon.Silo.Configuration;

/// <summary>How silos find each other.</summary>
internal enum ClusterProvider
{
    /// <summary>Not at all: this silo stands alone on its machine, its ports bound on loopback.</summary>
    Localhost = 0,

    /// <summary>By a table in the Redis server that also holds the state.</summary>
    Redis = 1,
}

/// <summary>How silos find each other.</summary>
/// <param name="Provider">Cluster:Provider, localhost or redis. Default localhost.</param>
/// <param name="SiloPort">Cluster:SiloPort, between silos. Default 11111.</param>
/// <param name="ClientPort">Cluster:ClientPort, for Orleans clients. Default 30000.</param>
/// <param name="ClusterId">Cluster:Id, the same for all silos of a cluster; state is kept under it. Default "tachyon".</param>
/// <param name="Address">
/// Cluster:Address, the IP address at which the other silos reach this one, and the only one on which its two ports
/// listen: whoever reaches them is trusted, so it must be of a private network. Loopback without a cluster.
/// </param>
/// <param name="ListenAnywhere">
/// Cluster:ListenAnywhere: listen on every address of the machine, where <paramref name="Address"/> is none of its own, as
/// behind address translation. Default false.
/// </param>
internal sealed record ClusterSettings(
    ClusterProvider Provider, int SiloPort, int ClientPort, string ClusterId, IPAddress Address, bool ListenAnywhere)
{
    private const int MaxPort = 65_535;
    private const string Name = "tachyon";

    public static ClusterSettings Read(SettingReader reader)
    {
        var provider = reader.Choice("Cluster:Provider", ClusterProvider.Localhost, "how silos find each other; on localhost this one stands alone");
        return new ClusterSettings(
            provider,
            reader.Number("Cluster:SiloPort", 11_111, 1, MaxPort, "the port between silos"),
            reader.Number("Cluster:ClientPort", 30_000, 1, MaxPort, "the port for Orleans clients"),
            reader.Optional("Cluster:Id", "the same for all silos of a cluster; state is kept under it", Name) ?? Name,
            ReadAddress(reader, provider),
            reader.Flag("Cluster:ListenAnywhere", "listen between silos on every address, where Cluster:Address is not the machine's own"));
    }

    private static IPAddress ReadAddress(SettingReader reader, ClusterProvider provider)
    {
        const string Meaning = "the IP address, of a private network, at which the other silos reach this one";
        if (reader.Optional("Cluster:Address", Meaning, "loopback; required in a cluster") is not { } text)
        {
            if (provider == ClusterProvider.Redis)
            {
                reader.Fault("Cluster:Address", null, $"is not set; it must be {Meaning}");
            }

            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
        {
            return address;
        }

        reader.Fault("Cluster:Address", text, "must be one IP address, such as 10.0.0.7");
        return IPAddress.Loopback;
    }
}
