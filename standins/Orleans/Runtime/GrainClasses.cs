using System.Collections.Concurrent;
using Orleans.Metadata;
using Orleans.Runtime;
using System.Reflection;

namespace StandIns.OrleansRuntime;

/// <summary>All grain classes and interfaces of the process.</summary>
internal sealed class GrainClasses
{
    private static readonly Lazy<GrainClasses> s_current = new(() => new GrainClasses(ApplicationParts.Types()));

    private readonly Dictionary<GrainType, GrainClass> _byType = [];
    private readonly Dictionary<GrainInterfaceType, Type> _interfaces = [];
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainType> _found = new();

    public GrainClasses(IEnumerable<Type> types)
    {
        foreach (Type type in types)
        {
            if (GrainClass.IsGrainInterface(type))
            {
                InterfaceEntry entry = InterfaceEntry.Of(type);
                if (!_interfaces.TryAdd(entry.Name, type))
                {
                    throw new OrleansConfigurationException($"Interfaces {_interfaces[entry.Name]} and {type} are both named {entry.Name}");
                }
            }
            else if (type is { IsClass: true, IsAbstract: false } && typeof(Orleans.IGrainBase).IsAssignableFrom(type) && type.Assembly != typeof(Orleans.Grain).Assembly)
            {
                GrainClass made = new(type);
                if (!_byType.TryAdd(made.GrainType, made))
                {
                    throw new OrleansConfigurationException($"Grain classes {_byType[made.GrainType].Type} and {type} are both of grain type {made.GrainType}");
                }
            }
        }
    }

    public static GrainClasses Current => s_current.Value;

    public GrainClass Get(GrainType type) => _byType.TryGetValue(type, out GrainClass? found)
        ? found
        : throw new ArgumentException($"Could not find an implementation for grain type {type}");

    public Type GetInterface(GrainInterfaceType name) => _interfaces.TryGetValue(name, out Type? found)
        ? found
        : throw new ArgumentException($"Could not find grain interface {name}");

    /// <summary>The grain type that implements an interface: the marked one, the only one, or the one of the same name.</summary>
    public GrainType Find(Type interfaceType, string? prefix) =>
        _found.GetOrAdd((interfaceType, string.IsNullOrWhiteSpace(prefix) ? null : prefix), static (key, self) => self.Search(key.Interface, key.Prefix), this);

    private GrainType Search(Type interfaceType, string? prefix)
    {
        GrainClass[] classes = [.. _byType.Values.Where(each => interfaceType.IsAssignableFrom(each.Type))];
        if (prefix is not null)
        {
            GrainClass[] matching = [.. classes.Where(each => each.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal))];
            return (matching.FirstOrDefault(each => each.Type.FullName == prefix) ?? (matching.Length == 1 ? matching[0] : null))?.GrainType
                ?? throw new ArgumentException(
                    $"Unable to identify a single appropriate grain type for interface {interfaceType} with implementation prefix \"{prefix}\". Candidates: {Names(matching)}");
        }

        if (interfaceType.GetCustomAttribute<DefaultGrainTypeAttribute>() is { } chosen)
        {
            return GrainType.Create(chosen.GrainType);
        }

        GrainClass? found = classes.Length == 1 ? classes[0] : classes.FirstOrDefault(each => each.Type.Name == interfaceType.Name[1..]);
        return found?.GrainType ?? throw new ArgumentException(classes.Length == 0
            ? $"Could not find an implementation for interface {interfaceType}"
            : $"Unable to identify a single appropriate grain type for interface {interfaceType}. Candidates: {Names(classes)}");
    }

    private static string Names(IEnumerable<GrainClass> classes) => string.Join(", ", classes.Select(each => $"{each.GrainType} ({each.Type})"));
}
