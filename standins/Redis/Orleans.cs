using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Persistence;
using Orleans.Storage;
using StackExchange.Redis;
using StandIns.Redis;

namespace Orleans.Persistence
{
    public class RedisStorageOptions
    {
        public bool DeleteStateOnClear { get; set; }

        public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

        public ConfigurationOptions? ConfigurationOptions { get; set; }
    }
}

namespace Orleans.Clustering.Redis
{
    public class RedisClusteringOptions
    {
        public ConfigurationOptions? ConfigurationOptions { get; set; }
    }
}

namespace Orleans.Configuration
{
    public class RedisReminderTableOptions
    {
        public ConfigurationOptions? ConfigurationOptions { get; set; }
    }
}

namespace Orleans.Hosting
{
    public static class RedisSiloBuilderExtensions
    {
        /// <exception cref="PlatformNotSupportedException">Always.</exception>
        public static ISiloBuilder AddRedisGrainStorage(
            this ISiloBuilder builder, string name, Action<OptionsBuilder<RedisStorageOptions>>? configureOptionsBuilder) => throw NotHere.Refusal();
    }

    public static class SiloBuilderReminderExtensions
    {
        /// <exception cref="PlatformNotSupportedException">Always.</exception>
        public static ISiloBuilder UseRedisReminderService(this ISiloBuilder builder, Action<RedisReminderTableOptions> configure) => throw NotHere.Refusal();
    }
}

namespace Microsoft.Extensions.Hosting
{
    public static class RedisClusteringISiloBuilderExtensions
    {
        /// <exception cref="PlatformNotSupportedException">Always.</exception>
        public static ISiloBuilder UseRedisClustering(this ISiloBuilder builder, Action<RedisClusteringOptions> configuration) => throw NotHere.Refusal();
    }
}
