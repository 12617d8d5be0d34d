using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace StandIns.OrleansRuntime;

/// <summary>A grain class: its type name, interfaces, and what its attributes say.</summary>
internal sealed class GrainClass
{
    private readonly ConcurrentDictionary<Type, MethodInfo> _stateFactories = new();
    private readonly ConstructorInfo _constructor;
    private readonly ParameterInfo[] _parameters;
    private readonly TimeSpan? _ageLimit;
    private readonly bool _alwaysActive;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(null!, type) ?? GrainType.Create(Conventional(type));
        Interfaces = [.. type.GetInterfaces().Where(IsGrainInterface)];
        Interface = InterfaceEntry.Of(Interfaces.FirstOrDefault() ?? typeof(IAddressable));
        Placement = type.GetCustomAttribute<PlacementAttribute>()?.PlacementStrategy ?? new RandomPlacement();
        Workers = (Placement as StatelessWorkerPlacement)?.MaxLocal;
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), true);
        MayInterleave = FindPredicate(type);
        _alwaysActive = type.IsDefined(typeof(KeepAliveAttribute), true) || type.GetCustomAttribute<CollectionAgeLimitAttribute>() is { AlwaysActive: true };
        _ageLimit = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit;
        ConstructorInfo[] constructors = type.GetConstructors();
        _constructor = constructors.FirstOrDefault(each => each.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.MaxBy(each => each.GetParameters().Length)
            ?? throw new OrleansConfigurationException($"Grain class {type} has no public constructor");
        _parameters = _constructor.GetParameters();
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public IReadOnlyList<Type> Interfaces { get; }

    /// <summary>What the grain's own reference implements.</summary>
    public InterfaceEntry Interface { get; }

    public PlacementStrategy Placement { get; }

    /// <summary>The activations that a silo may have of a stateless worker; null for other grains.</summary>
    public int? Workers { get; }

    public bool IsReentrant { get; }

    public Func<object, IInvokable, bool>? MayInterleave { get; }

    /// <summary>The marker interfaces and those of the runtime are not grain interfaces.</summary>
    public static bool IsGrainInterface(Type type) => type.IsInterface
        && typeof(IAddressable).IsAssignableFrom(type)
        && !IsMarkerInterface(type);

    public static bool IsMarkerInterface(Type type) => type == typeof(IAddressable) || type == typeof(IGrain) || type == typeof(IGrainObserver)
        || type == typeof(IGrainWithStringKey) || type == typeof(IGrainWithIntegerKey) || type == typeof(IGrainWithGuidKey)
        || type == typeof(IGrainWithIntegerCompoundKey) || type == typeof(IGrainWithGuidCompoundKey)
        || type == typeof(ISystemTarget) || type == typeof(IGrainExtension);

    /// <summary>How long an activation may be idle; null for ever.</summary>
    public TimeSpan? CollectionAge(SiloNode silo)
    {
        if (_alwaysActive)
        {
            return null;
        }

        return _ageLimit
            ?? (silo.Collection.ClassSpecificCollectionAge.TryGetValue(Type.FullName!, out TimeSpan specific) ? specific : silo.Collection.CollectionAge);
    }

    /// <exception cref="InvalidOperationException">The constructor, or the making of an argument, threw; as the real package wraps it.</exception>
    public object CreateInstance(Activation activation)
    {
        try
        {
            object?[] arguments = new object?[_parameters.Length];
            for (int i = 0; i < arguments.Length; i++)
            {
                arguments[i] = Argument(_parameters[i], activation);
            }

            return _constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Failed to create an instance of grain type '{Type}'. See InnerException for details.", exception);
        }
    }

    private static string Conventional(Type type)
    {
        if (type.IsGenericType)
        {
            throw new OrleansConfigurationException($"Grain class {type} is generic, which the stand-in does not offer");
        }

        string name = type.Name.ToLowerInvariant();
        return name.EndsWith("grain", StringComparison.Ordinal) && name.Length > 5 ? name[..^5] : name;
    }

    private static Func<object, IInvokable, bool>? FindPredicate(Type type)
    {
        if (type.GetCustomAttribute<MayInterleaveAttribute>() is not { } attribute)
        {
            return null;
        }

        MethodInfo method = type.GetMethod(attribute.CallbackMethodName, BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy)
            ?? throw new InvalidOperationException(
                $"Class {type.FullName} doesn't declare public static method with name {attribute.CallbackMethodName} specified in MayInterleave attribute");
        if (method.ReturnType != typeof(bool) || method.GetParameters() is not [{ } parameter] || parameter.ParameterType != typeof(IInvokable))
        {
            throw new InvalidOperationException($"Wrong signature of callback method {attribute.CallbackMethodName} specified in MayInterleave attribute for grain class {type.FullName}. Expected: bool {attribute.CallbackMethodName}(IInvokable req)");
        }

        return (instance, request) => (bool)method.Invoke(method.IsStatic ? null : instance, [request])!;
    }

    private object? Argument(ParameterInfo parameter, Activation activation)
    {
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            IPersistentStateFactory factory = activation.ActivationServices.GetRequiredService<IPersistentStateFactory>();
            MethodInfo create = _stateFactories.GetOrAdd(
                parameter.ParameterType,
                static type => typeof(IPersistentStateFactory).GetMethod(nameof(IPersistentStateFactory.Create))!.MakeGenericMethod(type.GetGenericArguments()[0]));
            return create.Invoke(factory, BindingFlags.DoNotWrapExceptions, null, [activation, state], null);
        }

        if (parameter.ParameterType == typeof(IGrainContext))
        {
            return activation;
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return parameter.HasDefaultValue
                ? ((IKeyedServiceProvider)activation.ActivationServices).GetKeyedService(parameter.ParameterType, keyed.Key) ?? parameter.DefaultValue
                : activation.ActivationServices.GetRequiredKeyedService(parameter.ParameterType, keyed.Key);
        }

        return parameter.HasDefaultValue
            ? activation.ActivationServices.GetService(parameter.ParameterType) ?? parameter.DefaultValue
            : activation.ActivationServices.GetRequiredService(parameter.ParameterType);
    }
}
