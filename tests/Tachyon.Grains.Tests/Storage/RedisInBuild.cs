using StackExchange.Redis;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>Whether storage on Redis can be tried here. Nobody who lacks it has a test fail, or skipped, over it.</summary>
internal static class RedisInBuild
{
    /// <summary>True when this build was made with the packages for Redis.</summary>
    public static bool HasPackages { get; } = HasThem();

    /// <summary>True when besides a server can be started.</summary>
    public static bool CanRun => HasPackages && RedisServer.IsInstalled;

    private static bool HasThem()
    {
        try
        {
            return new ConfigurationOptions() is not null;
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    }
}
