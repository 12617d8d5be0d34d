using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Providers;
using Orleans.Storage;

namespace Orleans.Runtime
{
    /// <summary>Makes the states that grain constructors ask for.</summary>
    public class PersistentStateFactory : IPersistentStateFactory
    {
        public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration cfg)
        {
            IGrainStorage? storage = string.IsNullOrWhiteSpace(cfg.StorageName)
                ? context.ActivationServices.GetService<IGrainStorage>()
                : context.ActivationServices.GetKeyedService<IGrainStorage>(cfg.StorageName);
            if (storage is null)
            {
                string name = string.IsNullOrWhiteSpace(cfg.StorageName) ? "default storage provider" : $"storage provider named {cfg.StorageName}";
                throw new BadProviderConfigException($"No {name} found loading grain type {((StandIns.OrleansRuntime.Activation)context).Shared.Type.FullName}");
            }

            PersistentState<TState> state = new(GetFullStateName(context, cfg), context, storage);
            context.ObservableLifecycle.Subscribe(
                $"{typeof(TState).Name}:{cfg.StateName}",
                GrainLifecycleStage.SetupState,
                cancellation => cancellation.IsCancellationRequested || state.IsStateInitialized ? Task.CompletedTask : state.ReadStateAsync());
            return state;
        }

        protected virtual string GetFullStateName(IGrainContext context, IPersistentStateConfiguration cfg) => cfg.StateName;

        private sealed class PersistentState<TState>(string name, IGrainContext context, IGrainStorage storage)
            : StateStorageBridge<TState>(name, context, storage), IPersistentState<TState>;
    }
}

namespace Orleans.Storage
{
    public static class GrainStorageHelpers
    {
        /// <summary>The storage of a <see cref="Grain{TGrainState}"/>: the one its attribute names, or the default.</summary>
        public static IGrainStorage GetGrainStorage(Type grainType, IServiceProvider services)
        {
            StorageProviderAttribute? attribute = (StorageProviderAttribute?)Attribute.GetCustomAttribute(grainType, typeof(StorageProviderAttribute), true);
            return (attribute is null ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(attribute.ProviderName))
                ?? throw new BadProviderConfigException(attribute is null
                    ? $"No default storage provider found loading grain type {grainType.FullName}."
                    : $"No storage provider named \"{attribute.ProviderName}\" found loading grain type {grainType.FullName}.");
        }
    }
}

namespace StandIns.OrleansRuntime
{
    internal static class StateActivator
    {
        /// <summary>A fresh state: by its parameterless constructor, or without one.</summary>
        public static T Create<T>()
        {
            Type type = typeof(T);
            return type.IsValueType ? default!
                : type.GetConstructor(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic, []) is { } constructor
                    ? (T)constructor.Invoke(null)
                    : (T)RuntimeHelpers.GetUninitializedObject(type);
        }
    }
}
