using System.Reflection;
using Orleans.Runtime;
using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Tests.Upgrades;

/// <summary>The types of all records that grains store, found where grains ask for their storage.</summary>
internal static class StoredTypes
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>In the order of their aliases.</summary>
    public static Type[] All { get; } =
    [
        .. typeof(GrainsOptions).Assembly.GetTypes()
            .SelectMany(type => type.GetConstructors(Everything).SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType)
                .Concat(type.GetFields(Everything).Select(field => field.FieldType)))
            .SelectMany(Stored)
            .Distinct()
            .OrderBy(AliasOf, StringComparer.Ordinal),
    ];

    /// <summary>The name under which records, and these fixtures, know the type.</summary>
    public static string AliasOf(Type type) => type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias;

    private static IEnumerable<Type> Stored(Type type)
    {
        if (!type.IsGenericType)
        {
            return [];
        }

        Type[] arguments = type.GetGenericArguments();
        Type definition = type.GetGenericTypeDefinition();
        return definition == typeof(IPersistentState<>) || definition == typeof(StoredRecord<>)
            ? arguments.Where(argument => !argument.IsGenericParameter)
            : arguments.SelectMany(Stored);
    }
}
