using System.Net;

namespace Tachyon.Silo.Configuration;

/// <summary>
/// How much one remote address may ask, whoever it says it is: keys cost nothing, addresses do. An IPv6 network of 64 bits
/// counts as one address, since that is what a customer is given.
/// </summary>
internal sealed record AddressLimitOptions
{
    /// <summary>
    /// Gateway:TrustedProxies, networks in CIDR notation whose X-Forwarded-For is believed. Default: none, and then the header
    /// means nothing, or everybody could choose an address.
    /// </summary>
    public IPNetwork[] TrustedProxies { get; init; } = [];

    /// <summary>Gateway:MaxAddresses, how many addresses are told apart; the others share one budget. 16 to 10,000,000; default 65,536.</summary>
    public int MaxAddresses { get; init; } = 65_536;

    /// <summary>Gateway:ConnectionsPerAddress. 1 to 1,000,000; default 1,024.</summary>
    public int Connections { get; init; } = 1_024;

    /// <summary>Gateway:MaxStrangers, connections that have not proved a key yet, of one address. 1 to 100,000; default 64.</summary>
    public int Strangers { get; init; } = 64;

    /// <summary>Gateway:AuthenticationsPerSecond, proofs of keys judged. 1 to 100,000; default 20.</summary>
    public int AuthenticationsPerSecond { get; init; } = 20;

    /// <summary>Gateway:AuthenticationBurst, at once. 1 to 1,000,000; default 1,024.</summary>
    public int AuthenticationBurst { get; init; } = 1_024;

    /// <summary>Gateway:MessagesPerSecond, of all connections together. 1 to 1,000,000; default 5,000.</summary>
    public int MessagesPerSecond { get; init; } = 5_000;

    /// <summary>Gateway:MessageBurst, at once. 1 to 10,000,000; default 20,000.</summary>
    public int MessageBurst { get; init; } = 20_000;

    /// <summary>Gateway:RestRequestsPerSecond. 1 to 100,000; default 50.</summary>
    public int RestRequestsPerSecond { get; init; } = 50;

    /// <summary>Gateway:RestBurst, at once. 1 to 1,000,000; default 200.</summary>
    public int RestBurst { get; init; } = 200;

    public static AddressLimitOptions Read(SettingReader reader)
    {
        var standard = new AddressLimitOptions();
        return new AddressLimitOptions
        {
            TrustedProxies = ReadProxies(reader),
            MaxAddresses = reader.Number("Gateway:MaxAddresses", standard.MaxAddresses, 16, 10_000_000, "remote addresses told apart; further ones share one budget"),
            Connections = reader.Number("Gateway:ConnectionsPerAddress", standard.Connections, 1, 1_000_000, "connections of one remote address"),
            Strangers = reader.Number("Gateway:MaxStrangers", standard.Strangers, 1, 100_000, "connections of one remote address that have not proved a key"),
            AuthenticationsPerSecond = reader.Number("Gateway:AuthenticationsPerSecond", standard.AuthenticationsPerSecond, 1, 100_000, "proofs of keys judged for one remote address, lasting"),
            AuthenticationBurst = reader.Number("Gateway:AuthenticationBurst", standard.AuthenticationBurst, 1, 1_000_000, "and at once"),
            MessagesPerSecond = reader.Number("Gateway:MessagesPerSecond", standard.MessagesPerSecond, 1, 1_000_000, "messages of one remote address over all its connections, lasting"),
            MessageBurst = reader.Number("Gateway:MessageBurst", standard.MessageBurst, 1, 10_000_000, "and at once"),
            RestRequestsPerSecond = reader.Number("Gateway:RestRequestsPerSecond", standard.RestRequestsPerSecond, 1, 100_000, "REST requests of one remote address, lasting"),
            RestBurst = reader.Number("Gateway:RestBurst", standard.RestBurst, 1, 1_000_000, "and at once"),
        };
    }

    private static IPNetwork[] ReadProxies(SettingReader reader)
    {
        const string Setting = "Gateway:TrustedProxies";
        var networks = new List<IPNetwork>();
        foreach (var text in reader.Many(Setting, "reverse proxies whose X-Forwarded-For is believed, as CIDR networks", [], "none, the header means nothing"))
        {
            if (!IPNetwork.TryParse(text, out var network))
            {
                reader.Fault(Setting, text, "must be a network in CIDR notation, such as 10.0.0.0/8 or 192.0.2.7/32");
            }
            else if (network.PrefixLength == 0)
            {
                reader.Fault(Setting, text, "would believe everybody; name the proxies' own network");
            }
            else
            {
                networks.Add(network);
            }
        }

        return [.. networks];
    }
}
