namespace Tachyon.Silo.Configuration;

/// <summary>Where grains' state is kept.</summary>
internal enum StorageProvider
{
    /// <summary>A SQLite file in the data directory: one machine.</summary>
    Sqlite = 0,

    /// <summary>A Redis server that all silos of a cluster share.</summary>
    Redis = 1,
}

/// <summary>Where the silo keeps what must not be lost.</summary>
/// <param name="Provider">Storage:Provider, sqlite or redis. Default sqlite.</param>
/// <param name="RedisConnectionFile">
/// Storage:Redis:ConnectionFile, a file whose first line is the connection string of StackExchange.Redis. A file, because
/// the string holds a password. Empty without Redis.
/// </param>
/// <param name="AllowUndurableRedis">
/// Storage:Redis:AllowUndurable: start even on a server that may lose what it acknowledged, or that cannot be asked. For
/// trying out, never with money. Default false.
/// </param>
internal sealed record StorageSettings(StorageProvider Provider, string RedisConnectionFile, bool AllowUndurableRedis)
{
    public static StorageSettings Read(SettingReader reader)
    {
        const string Meaning = "a file whose first line is the connection string of the Redis server";
        var provider = reader.Choice("Storage:Provider", StorageProvider.Sqlite, "where state is kept");
        var file = reader.Optional("Storage:Redis:ConnectionFile", Meaning, "required on redis");
        if (provider == StorageProvider.Redis && file is null)
        {
            reader.Fault("Storage:Redis:ConnectionFile", null, $"is not set; it must be {Meaning}");
        }

        return new StorageSettings(provider, file ?? "", reader.Flag(
            "Storage:Redis:AllowUndurable", "start on a server that may lose what it acknowledged: for trying out, never with money"));
    }
}
