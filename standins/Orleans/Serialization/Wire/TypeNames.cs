using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Orleans;
using Orleans.Serialization;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>Names of types on the wire: the alias of a marked type, else its full name and assembly without version.</summary>
internal sealed partial class TypeNames
{
    private readonly ConcurrentDictionary<Type, string> _names = new();
    private readonly ConcurrentDictionary<string, Type> _types = new();

    public string Format(Type type) => _names.GetOrAdd(type, static (key, self) => self.Make(key), this);

    public Type Parse(string name) => _types.GetOrAdd(name, static key => Find(key));

    /// <summary>Makes a type known under its alias; an alias taken by two types is refused.</summary>
    public void Add(Type type)
    {
        if (type.IsGenericType || type.GetCustomAttributes<AliasAttribute>(false).FirstOrDefault()?.Alias is not { } alias)
        {
            return;
        }

        Type known = _types.GetOrAdd("@" + alias, type);
        if (known != type)
        {
            throw new CodecNotFoundException($"[Alias(\"{alias}\")] is on both {known} and {type}: an alias names one type");
        }
    }

    private string Make(Type type)
    {
        if (!type.IsGenericType && !type.IsArray && type.GetCustomAttributes<AliasAttribute>(false).FirstOrDefault()?.Alias is { } alias)
        {
            Add(type);
            return "@" + alias;
        }

        return Versions().Replace(type.AssemblyQualifiedName!, "");
    }

    private static Type Find(string name) =>
        Type.GetType(name, ResolveAssembly, null, throwOnError: false)
        ?? throw new CodecNotFoundException($"The encoded value names the type {name}, which is not known here");

    private static Assembly? ResolveAssembly(AssemblyName name) =>
        AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name == name.Name) ?? Assembly.Load(name);

    [GeneratedRegex(", (Version|Culture|PublicKeyToken)=[^,\\]]*")]
    private static partial Regex Versions();
}
