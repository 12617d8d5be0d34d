using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using StandIns.OrleansRuntime;

namespace Orleans.Storage
{
    /// <summary>States in the memory of the cluster, for tests and development.</summary>
    public class MemoryGrainStorage : IGrainStorage
    {
        private readonly ConcurrentDictionary<string, (byte[]? Data, string ETag)> _records;
        private readonly IGrainStorageSerializer _serializer;

        internal MemoryGrainStorage(string name, MemoryGrainStorageOptions options, IGrainStorageSerializer serializer, Cluster cluster)
        {
            _serializer = options.GrainStorageSerializer ?? serializer;
            // The real one spreads its states over grains that all providers of the cluster share, whatever their names; so is it here.
            _ = name;
            _records = (ConcurrentDictionary<string, (byte[]?, string)>)cluster.Memory.GetOrAdd(
                nameof(MemoryGrainStorage), static _ => new ConcurrentDictionary<string, (byte[]?, string)>());
        }

        public virtual Task ReadStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
        {
            if (_records.TryGetValue(Key(grainType, grainId), out (byte[]? Data, string ETag) record) && record.Data is not null)
            {
                T? loaded = _serializer.Deserialize<T>(new BinaryData(record.Data));
                grainState.ETag = record.ETag;
                grainState.RecordExists = loaded is not null;
                grainState.State = loaded ?? StateActivator.Create<T>();
            }
            else
            {
                Reset(grainState);
            }

            return Task.CompletedTask;
        }

        public virtual Task WriteStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
        {
            byte[] data = _serializer.Serialize(grainState.State).ToArray();
            string etag = Guid.NewGuid().ToString("N");
            Exchange(Key(grainType, grainId), grainState.ETag, (data, etag));
            grainState.ETag = etag;
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public virtual Task ClearStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
        {
            Exchange(Key(grainType, grainId), grainState.ETag, (null, ""));
            Reset(grainState);
            return Task.CompletedTask;
        }

        private static string Key(string grainType, GrainId grainId) => $"{grainType}/{grainId}";

        private static void Reset<T>(IGrainState<T> grainState)
        {
            grainState.ETag = null;
            grainState.RecordExists = false;
            grainState.State = StateActivator.Create<T>();
        }

        private void Exchange(string key, string? etag, (byte[]? Data, string ETag) next) => _records.AddOrUpdate(
            key,
            static (_, state) => state.next,
            static (_, stored, state) => state.etag == stored.ETag || state.etag == "*" || (stored.ETag.Length == 0 && state.etag is null)
                ? state.next
                : throw new InconsistentStateException($"e-Tag mismatch in Memory Storage", stored.ETag, state.etag),
            (etag, next));
    }
}

namespace Orleans.Hosting
{
    public static class MemoryGrainStorageSiloBuilderExtensions
    {
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<MemoryGrainStorageOptions> configureOptions) =>
            builder.AddMemoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configureOptions);

        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null) =>
            builder.AddMemoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configureOptions);

        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<MemoryGrainStorageOptions> configureOptions) =>
            builder.AddMemoryGrainStorage(name, options => options.Configure(configureOptions));

        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<OptionsBuilder<MemoryGrainStorageOptions>>? configureOptions = null)
        {
            configureOptions?.Invoke(builder.Services.AddOptions<MemoryGrainStorageOptions>(name));
            builder.Services.AddGrainStorage(name, static (services, key) => new Storage.MemoryGrainStorage(
                key,
                services.GetRequiredService<IOptionsMonitor<MemoryGrainStorageOptions>>().Get(key),
                services.GetRequiredService<Storage.IGrainStorageSerializer>(),
                services.GetRequiredService<ClusterLink>().Cluster));
            return builder;
        }
    }
}
