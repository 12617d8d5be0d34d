using StackExchange.Redis;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Storage;

/// <summary>Reads how to reach the Redis server from the file that the settings name. No fault repeats what the file holds.</summary>
internal static class RedisConnection
{
    /// <summary>The first line of the file; null with a fault when it cannot be used, or when this build has no Redis.</summary>
    public static ConfigurationOptions? Open(StorageSettings settings, ICollection<SettingFault> faults)
    {
        if (MissingPackages() is { } missing)
        {
            faults.Add(new SettingFault("Storage:Provider", "redis", missing));
            return null;
        }

        if (settings.RedisConnectionFile.Length == 0)
        {
            return null;
        }

        try
        {
            return Parse(settings.RedisConnectionFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add(new SettingFault("Storage:Redis:ConnectionFile", settings.RedisConnectionFile, $"cannot be read ({exception.Message})"));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            faults.Add(new SettingFault(
                "Storage:Redis:ConnectionFile",
                settings.RedisConnectionFile,
                "its first line is no connection string of StackExchange.Redis, such as redis.internal:6379,ssl=true,password=…"));
        }

        return null;
    }

    /// <summary>The options, once <see cref="Open"/> found nothing wrong. A copy of its own for each caller.</summary>
    public static ConfigurationOptions Parse(string file)
    {
        using var reader = new StreamReader(Path.GetFullPath(file));
        var options = ConfigurationOptions.Parse(reader.ReadLine()?.Trim() is { Length: > 0 } line
            ? line
            : throw new FormatException("The file is empty."));
        options.ClientName ??= "tachyon-silo";
        return options;
    }

    /// <summary>Why this build cannot use Redis at all; null when it can.</summary>
    private static string? MissingPackages()
    {
        try
        {
            _ = new ConfigurationOptions();
            return null;
        }
        catch (PlatformNotSupportedException exception)
        {
            return exception.Message;
        }
    }
}
