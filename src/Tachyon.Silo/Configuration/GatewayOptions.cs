namespace Tachyon.Silo.Configuration;

/// <summary>Where edges connect, and how much each may ask.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Gateway:Urls, where the gateway listens, http or https. Default http://127.0.0.1:9430.</summary>
    public string[] Urls { get; init; } = ["http://127.0.0.1:9430"];

    /// <summary>
    /// Gateway:OperatorUrls, where the REST interface for operators and tools listens, apart from health and readiness.
    /// Default: where the gateway does. Set it to an address that only operators reach to keep the outbox to them.
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

    /// <summary>Gateway:MaxStrangers, connections that have not proved a key yet, of one address. 1 to 100,000; default 64.</summary>
    public int MaxStrangers { get; init; } = 64;

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

    public static GatewayOptions Read(SettingReader reader)
    {
        var standard = new GatewayOptions();
        var second = TimeSpan.FromSeconds(1);
        return new GatewayOptions
        {
            Urls = ReadUrls(reader, "Gateway:Urls", standard.Urls),
            OperatorUrls = ReadUrls(reader, "Gateway:OperatorUrls", []),
            Names = ReadNames(reader),
            AuthenticationTimeout = reader.Duration("Gateway:AuthenticationTimeout", standard.AuthenticationTimeout, second, TimeSpan.FromMinutes(1)),
            HeartbeatPeriod = reader.Duration("Gateway:HeartbeatPeriod", standard.HeartbeatPeriod, second, TimeSpan.FromMinutes(2)),
            SendTimeout = reader.Duration("Gateway:SendTimeout", standard.SendTimeout, second, TimeSpan.FromMinutes(5)),
            MaxConnections = reader.Number("Gateway:MaxConnections", standard.MaxConnections, 1, 1_000_000),
            MaxStrangers = reader.Number("Gateway:MaxStrangers", standard.MaxStrangers, 1, 100_000),
            MaxOpenRequests = reader.Number("Gateway:MaxOpenRequests", standard.MaxOpenRequests, 1, 1_024),
            MaxWaitingMessages = reader.Number("Gateway:MaxWaitingMessages", standard.MaxWaitingMessages, 64, 65_536),
            RequestsPerSecond = reader.Number("Gateway:RequestsPerSecond", standard.RequestsPerSecond, 1, 100_000),
            RequestBurst = reader.Number("Gateway:RequestBurst", standard.RequestBurst, 1, 1_000_000),
            MaxWatchedChannels = reader.Number("Gateway:MaxWatchedChannels", standard.MaxWatchedChannels, 5, 100_000),
        };
    }

    private static string[] ReadUrls(SettingReader reader, string setting, string[] standard)
    {
        var urls = reader.Many(setting, standard);
        foreach (var url in urls)
        {
            // Kestrel understands http://*:9430 and http://+:9430, which are no URLs.
            var plain = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (!Uri.TryCreate(plain, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.AbsolutePath != "/")
            {
                reader.Fault(setting, url, "must be http or https, host and port, such as http://127.0.0.1:9430");
            }
        }

        return urls;
    }

    private static string[] ReadNames(SettingReader reader)
    {
        var names = reader.Many("Gateway:Names");
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
