using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>Marks a type that discovery passes over, so that tests can hold types which start-up would refuse.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
internal sealed class NotDiscoveredAttribute : Attribute;

/// <summary>Finds the assemblies that were built against Orleans, and checks what they declare.</summary>
internal static class ApplicationParts
{
    private static readonly Lazy<Type[]> s_types = new(FindTypes);
    private static readonly Lazy<bool> s_checked = new(() => Check(Types()));

    public static Type[] Types() => s_types.Value;

    /// <summary>Refuses what the real code generator and its analyzers would refuse, all faults in one message.</summary>
    /// <exception cref="OrleansConfigurationException">An interface or message breaks a rule.</exception>
    public static void EnsureChecked() => _ = s_checked.Value;

    public static bool Check(IEnumerable<Type> types)
    {
        List<string> faults = [];
        foreach (Type type in types)
        {
            try
            {
                CheckType(type);
            }
            catch (Exception exception) when (exception is CodecNotFoundException or OrleansConfigurationException)
            {
                faults.Add(exception.Message);
            }
        }

        return faults.Count == 0
            ? true
            : throw new OrleansConfigurationException(
                $"{faults.Count} grain interfaces or messages would not work on Orleans:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Distinct())}");
    }

    private static void CheckType(Type type)
    {
        if (GrainClass.IsGrainInterface(type))
        {
            CheckInterface(type);
        }
        else if (Contract.IsMarked(type))
        {
            if (Contract.AliasOf(type) is null && !type.IsEnum)
            {
                throw new OrleansConfigurationException($"{type} has [GenerateSerializer] but no [Alias]");
            }

            if (!type.ContainsGenericParameters && !type.IsAbstract)
            {
                CodecCatalog.Shared.Get(type);
            }
        }
        else if (type is { IsClass: true, IsAbstract: false } && typeof(Grain).IsAssignableFrom(type) && type.IsNestedPrivate)
        {
            throw new OrleansConfigurationException($"Grain class {type} is private, so generated code cannot reach it");
        }
    }

    private static void CheckInterface(Type type)
    {
        if (Contract.AliasOf(type) is null)
        {
            throw new OrleansConfigurationException($"Grain interface {type} has no [Alias]");
        }

        if (type.IsGenericType)
        {
            throw new OrleansConfigurationException($"Grain interface {type} is generic, which the stand-in does not offer");
        }

        if (type.IsNestedPrivate || type.IsNestedFamily)
        {
            throw new OrleansConfigurationException($"Grain interface {type} is inaccessible from generated code");
        }

        if (type.GetProperties().Length > 0)
        {
            throw new OrleansConfigurationException($"The interface {type} contains a property {type.GetProperties()[0].Name}. RPC interfaces must not contain properties.");
        }

        foreach (MethodEntry entry in InterfaceEntry.Of(type).Methods)
        {
            CheckMethod(type, entry);
        }
    }

    private static void CheckMethod(Type type, MethodEntry entry)
    {
        string name = $"{type}.{entry.Method.Name}";
        if (entry.Parameters.Count(parameter => parameter.ParameterType == typeof(CancellationToken)) > 1)
        {
            throw new OrleansConfigurationException($"{name} has multiple CancellationToken parameters. Only a single CancellationToken parameter is supported.");
        }

        if (entry.Method.ReturnType == typeof(void) && !typeof(IGrainObserver).IsAssignableFrom(type))
        {
            throw new OrleansConfigurationException($"{name} returns void: grain methods return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>");
        }

        try
        {
            _ = entry.ArgumentCodecs;
            _ = entry.ResultCodec;
        }
        catch (CodecNotFoundException exception)
        {
            throw new OrleansConfigurationException($"{name}: {exception.Message}");
        }
    }

    private static Type[] FindTypes()
    {
        string self = typeof(Grain).Assembly.GetName().Name!;
        HashSet<string> names = [];
        foreach (string path in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            if (References(path, self))
            {
                names.Add(Path.GetFileNameWithoutExtension(path));
            }
        }

        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies().Where(each => !each.IsDynamic && each.GetReferencedAssemblies().Any(r => r.Name == self)))
        {
            names.Add(assembly.GetName().Name!);
        }

        Type[] types = [.. names.Append(self).Distinct().Select(Assembly.Load).SelectMany(assembly => assembly.GetTypes())
            .Where(type => !IsHidden(type))];
        foreach (Type converter in types.Where(type => type.IsDefined(typeof(RegisterConverterAttribute), false)))
        {
            CodecCatalog.Shared.AddConverter(converter);
        }

        return types;
    }

    private static bool IsHidden(Type type) =>
        type.IsDefined(typeof(NotDiscoveredAttribute), false) || (type.DeclaringType is { } outer && IsHidden(outer));

    private static bool References(string path, string name)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using PEReader image = new(file);
            if (!image.HasMetadata)
            {
                return false;
            }

            MetadataReader metadata = image.GetMetadataReader();
            return metadata.AssemblyReferences.Any(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name) == name);
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
