using Tachyon.Chain;

namespace Tachyon.Silo.Configuration;

/// <summary>The chain on which the silo settles.</summary>
internal sealed record ChainSettings
{
    /// <summary>Chain:Endpoint, the JSON-RPC endpoint, http or https.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Chain:DeploymentFile, which says where the contracts are.</summary>
    public required string DeploymentFile { get; init; }

    /// <summary>Chain:Finality: automatic (the newest block on chain 31337, the finalised one elsewhere), finalized or latest.</summary>
    public required Finality Finality { get; init; }

    /// <summary>Chain:RequestTimeout. 1 s to 20 s; default 10 s.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>Chain:CheckPeriod, how often the silo looks whether chain and storage work. 1 s to 5 min; default 5 s.</summary>
    public required TimeSpan CheckPeriod { get; init; }

    public static ChainSettings Read(SettingReader reader)
    {
        var second = TimeSpan.FromSeconds(1);
        return new ChainSettings
        {
            Endpoint = ReadEndpoint(reader),
            DeploymentFile = reader.Required("Chain:DeploymentFile", "the deployment file (JSON) that names the contracts"),
            Finality = reader.Choice(
                "Chain:Finality", Finality.Automatic, "which blocks count; automatic is latest on chain 31337 and finalized elsewhere"),
            RequestTimeout = reader.Duration(
                "Chain:RequestTimeout", TimeSpan.FromSeconds(10), second, TimeSpan.FromSeconds(20), "how long to wait for one answer of the chain"),
            CheckPeriod = reader.Duration(
                "Chain:CheckPeriod", TimeSpan.FromSeconds(5), second, TimeSpan.FromMinutes(5), "how often to look whether chain and storage work"),
        };
    }

    private static Uri ReadEndpoint(SettingReader reader)
    {
        var endpoint = reader.Required("Chain:Endpoint", "the chain's JSON-RPC endpoint, such as http://127.0.0.1:8545", Shown);
        if (Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        if (endpoint.Length > 0)
        {
            reader.Fault("Chain:Endpoint", Shown(endpoint), "must be an http or https address");
        }

        return new Uri("http://unset.invalid");
    }

    /// <summary>Providers of endpoints put their customers' keys into the path, the query or the user name.</summary>
    private static string Shown(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Host.Length > 0
        ? url.PathAndQuery is "/" or "" && url.UserInfo.Length == 0 ? endpoint : $"{url.Scheme}://{url.Authority}/…"
        : "…";
}
