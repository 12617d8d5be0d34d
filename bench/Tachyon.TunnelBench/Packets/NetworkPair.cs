using Tachyon.Demo;

namespace Tachyon.TunnelBench.Packets;

/// <summary>Two networks of this machine with a cable between them, as wide as an Ethernet's.</summary>
internal sealed class NetworkPair : IAsyncDisposable
{
    private NetworkPair(string consumerName, string providerName, string providerAddress)
    {
        ConsumerName = consumerName;
        ProviderName = providerName;
        ProviderAddress = providerAddress;
    }

    public string ConsumerName { get; }

    public string ProviderName { get; }

    /// <summary>Where the consumer's network reaches the provider's.</summary>
    public string ProviderAddress { get; }

    /// <param name="prefix">The first three numbers of the cable's addresses.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<NetworkPair> CreateAsync(string prefix, CancellationToken stop)
    {
        var id = Guid.NewGuid().ToString("N")[..8];
        var (consumer, provider) = ($"tachyon-bc-{id}", $"tachyon-bp-{id}");
        var script = $"""
            set -e
            ip netns add {consumer}
            ip netns add {provider}
            ip -n {consumer} link add cable type veth peer name cable netns {provider}
            ip -n {consumer} link set lo up
            ip -n {provider} link set lo up
            ip -n {consumer} addr add {prefix}.1/24 dev cable
            ip -n {provider} addr add {prefix}.2/24 dev cable
            ip -n {consumer} link set cable up
            ip -n {provider} link set cable up
            """;
        await Command.RunAsync("networks", "sh", ["-c", script], stop);
        return new NetworkPair(consumer, provider, $"{prefix}.2");
    }

    public async ValueTask DisposeAsync() =>
        await Command.RunAsync("networks", "sh", ["-c", $"ip netns del {ConsumerName}; ip netns del {ProviderName}"], CancellationToken.None);
}
