using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>One grain or observer interface: its methods, inherited ones included, and its proxy.</summary>
internal sealed class InterfaceEntry
{
    private static readonly ConcurrentDictionary<Type, InterfaceEntry> s_entries = new();

    private readonly Lazy<Func<RuntimeNode, GrainId, InterfaceEntry, GrainReference>> _create;

    private InterfaceEntry(Type type)
    {
        Type = type;
        Name = type.GetCustomAttribute<GrainInterfaceTypeAttribute>()?.GetGrainInterfaceType(null!, type)
            ?? GrainInterfaceType.Create(Contract.AliasOf(type) ?? type.FullName ?? type.Name);
        Methods = [.. new[] { type }.Concat(type.GetInterfaces())
            .SelectMany(declaring => declaring.GetMethods(BindingFlags.Instance | BindingFlags.Public).Where(method => method.IsAbstract))
            .Select(method => new MethodEntry(type, method))];
        _create = new(() => ProxyFactory.Make(this));
    }

    public Type Type { get; }

    public GrainInterfaceType Name { get; }

    public MethodEntry[] Methods { get; }

    public static InterfaceEntry Of(Type type) => s_entries.GetOrAdd(type, static key => new InterfaceEntry(key));

    public GrainReference Create(RuntimeNode node, GrainId grainId) => _create.Value(node, grainId, this);
}
