using System.Reflection;
using System.Text;
using Orleans.Concurrency;

namespace Tachyon.Grains.Tests.Contracts;

/// <summary>
/// Writes down everything by which silos of different versions, and old records, understand each other: aliases of
/// interfaces and methods with their parameters, aliases of messages with their member ids, and enum numbers.
/// </summary>
internal static class ContractManifest
{
    public static string Of(params Assembly[] assemblies)
    {
        var text = new StringBuilder($"version {GrainContracts.Version}\n\n");
        foreach (Type type in assemblies.SelectMany(assembly => assembly.GetTypes()).Where(HasAlias).OrderBy(AliasOf, StringComparer.Ordinal))
        {
            text.Append(type switch
            {
                { IsInterface: true } => Interface(type),
                { IsEnum: true } => Enum(type),
                _ => Message(type),
            });
        }

        return text.ToString();
    }

    private static string Interface(Type type)
    {
        var text = new StringBuilder($"interface {AliasOf(type)}\n");
        foreach (MethodInfo method in type.GetMethods().OrderBy(AliasOf, StringComparer.Ordinal))
        {
            string flags = string.Concat(
                Has<AlwaysInterleaveAttribute>(method) ? " [AlwaysInterleave]" : "",
                Has<OneWayAttribute>(method) ? " [OneWay]" : "",
                Has<ReadOnlyAttribute>(method) ? " [ReadOnly]" : "");
            string parameters = string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
            text.Append($"  {AliasOf(method)}({parameters}) -> {Name(method.ReturnType)}{flags}\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Message(Type type)
    {
        var text = new StringBuilder($"message {AliasOf(type)}\n");
        IEnumerable<MemberInfo> members = type.GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        foreach (MemberInfo member in members.Where(member => Has<IdAttribute>(member)).OrderBy(member => member.GetCustomAttribute<IdAttribute>()!.Id))
        {
            Type memberType = member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;
            text.Append($"  {member.GetCustomAttribute<IdAttribute>()!.Id} {member.Name}: {Name(memberType)}\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Enum(Type type)
    {
        var text = new StringBuilder($"enum {AliasOf(type)}\n");
        foreach (object value in System.Enum.GetValues(type))
        {
            text.Append($"  {Convert.ToInt64(value)} {value}\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericType)
        {
            return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }

        return HasAlias(type) ? AliasOf(type) : type.FullName!;
    }

    private static bool HasAlias(MemberInfo member) => Has<AliasAttribute>(member);

    private static bool Has<T>(MemberInfo member)
        where T : Attribute => member.GetCustomAttribute<T>(inherit: false) is not null;

    private static string AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? $"(no alias) {member.Name}";
}
