namespace Tachyon.Silo.Configuration;

/// <summary>Where edges connect, and how much each may ask.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Gateway:Urls, where the gateway listens, http or https. Default http://127.0.0.1:9430.</summary>
    public string[] Urls { get; init; } = ["http://127.0.0.1:9430"];

    /// <summary>
    /// Gateway:OperatorUrls, where the REST interface for operators and tools listens, apart from health and readiness.
    /// Default: where the gateway does. Set it to an address that only operators reach to keep the outbox to them. Its ports are not those
    /// of Gateway:Urls.
    /// </summary>
    public string[] OperatorUrls { get; init; } = [];

    /// <summary>
    /// Gateway:Names, every host:port by which edges know this gateway. Proofs of keys name the gateway they are for, so
    /// that another gateway cannot use them here; behind a proxy or a public name this must be set. Default: where it
    /// listens, by address, machine name and localhost.
    /// </summary>
    public string[] Names { get; init; } = [];

    /// <summary>Gateway:AuthenticationTimeout, the time to prove the key. 1 s to 1 min; default 10 s.</summary>
    public TimeSpan AuthenticationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gateway:HeartbeatPeriod, how often an edge must be heard; after three periods of silence it is let go. 1 s to 2 min;
    /// default 15 s.
    /// </summary>
    public TimeSpan HeartbeatPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gateway:SendTimeout, how long an edge may take to read one message. 1 s to 5 min; default 20 s.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gateway:MaxConnections, of all edges together. 1 to 1,000,000; default 20,000.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Gateway:MaxOpenRequests, requests of one connection that wait for their replies. 1 to 1,024; default 32.</summary>
    public int MaxOpenRequests { get; init; } = 32;

    /// <summary>Gateway:MaxWaitingMessages, messages that an edge has not read yet; with more it is let go. 64 to 65,536; default 512.</summary>
    public int MaxWaitingMessages { get; init; } = 512;

    /// <summary>Gateway:RequestsPerSecond, of one identity, lasting. 1 to 100,000; default 50.</summary>
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>Gateway:RequestBurst, of one identity, at once. 1 to 1,000,000; default 200.</summary>
    public int RequestBurst { get; init; } = 200;

    /// <summary>Gateway:MaxWatchedChannels, channels of one connection that push. 5 to 100,000; default 256.</summary>
    public int MaxWatchedChannels { get; init; } = 256;

    /// <summary>
    /// Gateway:UnknownChannelsPerSecond, channels named by one identity that turn out to be unknown here, lasting; ten times
    /// that for one address. Looking one up costs a grain and a read. 1 to 10,000; default 5.
    /// </summary>
    public int UnknownChannelsPerSecond { get; init; } = 5;

    /// <summary>Gateway:UnknownChannelBurst, at once; ten times that for one address. 8 to 100,000; default 1,024.</summary>
    public int UnknownChannelBurst { get; init; } = 1_024;

    /// <summary>Gateway:DrainTime, how long a stopping silo says that it is not ready before it closes connections. 0 s to 5 min; default 0 s.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.Zero;

    /// <summary>Gateway:OperatorKeyFile, whose first line is the key that operator actions ask for. Default: none, and no actions.</summary>
    public string? OperatorKeyFile { get; init; }

    /// <summary>
    /// Gateway:ReadersNeedKey, whether REST and the console are closed to those without the operator key, health and readiness aside.
    /// Default false: whoever reaches them reads.
    /// </summary>
    public bool ReadersNeedKey { get; init; }

    /// <summary>What one remote address may ask.</summary>
    public AddressLimitOptions PerAddress { get; init; } = new();

    public static GatewayOptions Read(SettingReader reader)
    {
        var standard = new GatewayOptions();
        var second = TimeSpan.FromSeconds(1);
        var urls = ReadUrls(reader, "Gateway:Urls", "where the gateway listens, http or https", standard.Urls);
        return new GatewayOptions
        {
            Urls = urls,
            OperatorUrls = ReadOperatorUrls(reader, urls),
            Names = ReadNames(reader),
            OperatorKeyFile = reader.Optional("Gateway:OperatorKeyFile", "a file whose first line is the key that operator actions ask for", "not set, no actions"),
            ReadersNeedKey = reader.Flag("Gateway:ReadersNeedKey", "whether REST and the console are closed to those without the operator key"),
            AuthenticationTimeout = reader.Duration("Gateway:AuthenticationTimeout", standard.AuthenticationTimeout, second, TimeSpan.FromMinutes(1), "the time to prove a key"),
            HeartbeatPeriod = reader.Duration("Gateway:HeartbeatPeriod", standard.HeartbeatPeriod, second, TimeSpan.FromMinutes(2), "how often an edge must be heard; after three it is let go"),
            SendTimeout = reader.Duration("Gateway:SendTimeout", standard.SendTimeout, second, TimeSpan.FromMinutes(5), "how long an edge may take to read one message"),
            DrainTime = reader.Duration("Gateway:DrainTime", standard.DrainTime, TimeSpan.Zero, TimeSpan.FromMinutes(5), "how long a stopping silo is not ready before it closes connections, for load balancers to see"),
            MaxConnections = reader.Number("Gateway:MaxConnections", standard.MaxConnections, 1, 1_000_000, "connections of all edges together"),
            MaxOpenRequests = reader.Number("Gateway:MaxOpenRequests", standard.MaxOpenRequests, 1, 1_024, "requests of one connection that wait for replies"),
            MaxWaitingMessages = reader.Number("Gateway:MaxWaitingMessages", standard.MaxWaitingMessages, 64, 65_536, "messages that an edge has not read yet; with more it is let go"),
            RequestsPerSecond = reader.Number("Gateway:RequestsPerSecond", standard.RequestsPerSecond, 1, 100_000, "requests of one identity, lasting"),
            RequestBurst = reader.Number("Gateway:RequestBurst", standard.RequestBurst, 1, 1_000_000, "and at once"),
            UnknownChannelsPerSecond = reader.Number("Gateway:UnknownChannelsPerSecond", standard.UnknownChannelsPerSecond, 1, 10_000, "unknown channels named by one identity, lasting; ten times that for an address"),
            UnknownChannelBurst = reader.Number("Gateway:UnknownChannelBurst", standard.UnknownChannelBurst, 8, 100_000, "and at once"),
            MaxWatchedChannels = reader.Number("Gateway:MaxWatchedChannels", standard.MaxWatchedChannels, 5, 100_000, "channels of one connection that push"),
            PerAddress = AddressLimitOptions.Read(reader),
        };
    }

    private static string[] ReadUrls(SettingReader reader, string setting, string meaning, string[] standard)
    {
        var urls = reader.Many(setting, meaning, standard, "as the gateway");
        foreach (var url in urls)
        {
            if (PortOf(url) is null)
            {
                reader.Fault(setting, url, "must be http or https, host and port, such as http://127.0.0.1:9430");
            }
        }

        return urls;
    }

    private static string[] ReadOperatorUrls(SettingReader reader, string[] publicUrls)
    {
        const string Setting = "Gateway:OperatorUrls";
        var urls = ReadUrls(reader, Setting, "where REST listens, apart from health and readiness, on ports of its own", []);
        foreach (var url in urls)
        {
            // The port is what tells operators from strangers, whatever the addresses: one may be all of this machine's.
            if (PortOf(url) is 0)
            {
                reader.Fault(Setting, url, "must name its port, by which operators are told from everybody else");
            }
            else if (PortOf(url) is { } port && Array.Find(publicUrls, other => PortOf(other) == port) is { } shared)
            {
                reader.Fault(Setting, url, $"has the port of Gateway:Urls ({shared}), where everybody is served; give it a port of its own");
            }
        }

        return urls;
    }

    private static int? PortOf(string url)
    {
        // Kestrel understands http://*:9430 and http://+:9430, which are no URLs.
        var plain = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
        return Uri.TryCreate(plain, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.AbsolutePath == "/" ? parsed.Port : null;
    }

    private static string[] ReadNames(SettingReader reader)
    {
        var names = reader.Many("Gateway:Names", "every host:port by which edges know the gateway; set it behind a proxy or a public name", [], "where it listens");
        foreach (var name in names)
        {
            if (!Uri.TryCreate($"https://{name}", UriKind.Absolute, out var parsed) || parsed.PathAndQuery != "/" || !name.EndsWith($":{parsed.Port}", StringComparison.Ordinal))
            {
                reader.Fault("Gateway:Names", name, "must be host:port, such as silo.example:443");
            }
        }

        return [.. names.Select(name => name.ToLowerInvariant())];
    }
}
