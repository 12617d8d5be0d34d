using StackExchange.Redis;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Storage;

/// <summary>Asks a Redis server, before anything starts, whether it keeps what it acknowledges.</summary>
internal static class RedisServerCheck
{
    private const string Setting = "Storage:Redis:ConnectionFile";
    private const string Override = "Storage:Redis:AllowUndurable=true starts all the same, for trying out and never with money";

    /// <summary>Adds a fault for each thing that is wrong with the server.</summary>
    /// <exception cref="RedisException">The server cannot be reached.</exception>
    /// <exception cref="TimeoutException">The server does not answer.</exception>
    public static async Task CheckAsync(StorageSettings settings, ConfigurationOptions options, ICollection<SettingFault> faults)
    {
        if (options.ServiceName is { Length: > 0 })
        {
            faults.Add(Fault(settings, "names a Sentinel, which fails over to a replica that may be behind; name one server"));
            return;
        }

        // Reading the server's settings counts as administration; the silo's own connections do without that right.
        var asking = options.Clone();
        asking.AllowAdmin = true;

        // Whatever the connection string says: a server that is not there yet has not said whether it keeps anything.
        asking.AbortOnConnectFail = true;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(asking);
        foreach (var server in connection.GetServers().Where(server => server.IsConnected))
        {
            if (server.ServerType == ServerType.Cluster)
            {
                faults.Add(Fault(settings, "leads to a Redis cluster, which fails over to a replica that may be behind; name one server"));
            }

            if (server.IsReplica)
            {
                faults.Add(Fault(settings, "leads to a replica, which takes no writes; name the server that it follows"));
            }

            await CheckSettingsAsync(settings, server, faults);
        }
    }

    private static async Task CheckSettingsAsync(StorageSettings settings, IServer server, ICollection<SettingFault> faults)
    {
        try
        {
            var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var name in RedisDurability.Settings)
            {
                foreach (var (key, value) in await server.ConfigGetAsync(name))
                {
                    found[key] = value;
                }
            }

            foreach (var fault in RedisDurability.Faults(found))
            {
                faults.Add(Fault(settings, $"leads to a server that may lose what it acknowledged: {fault}"));
            }
        }
        catch (RedisException exception)
        {
            faults.Add(Fault(settings, $"leads to a server that does not say whether it keeps what it acknowledges ({exception.Message})"));
        }
    }

    private static SettingFault Fault(StorageSettings settings, string reason) =>
        new(Setting, settings.RedisConnectionFile, $"{reason} ({Override})");
}
