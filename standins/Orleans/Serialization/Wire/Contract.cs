using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using Orleans;
using Orleans.Serialization;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>The rules that generated code follows, or that its analyzers ask for, on types that cross grain boundaries.</summary>
internal static class Contract
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static bool IsMarked(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), false);

    public static bool IsImmutable(Type type) => type.IsDefined(typeof(ImmutableAttribute), false);

    public static bool IsTuple(Type type) => type.IsConstructedGenericType
        && type.Assembly == typeof(object).Assembly
        && (typeof(ITuple).IsAssignableFrom(type) || type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    public static string? AliasOf(Type type) => type.GetCustomAttributes<AliasAttribute>(false).FirstOrDefault()?.Alias;

    /// <summary>The classes of an inheritance chain, base first; each of them has to be marked.</summary>
    public static IEnumerable<Type> Levels(Type type, Type root)
    {
        List<Type> levels = [];
        for (Type? level = type; level is not null && level != root && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            if (root == typeof(Exception) && level != type && level.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
            {
                // The fields of a framework exception travel as those of Exception only, as they do in the real package.
                break;
            }

            levels.Add(level);
        }

        levels.Reverse();
        return levels;
    }

    /// <summary>The numbered fields that a type declares, in the order of their numbers.</summary>
    public static IReadOnlyList<(uint Id, FieldInfo Field)> Members(Type type)
    {
        FieldInfo[] fields = [.. type.GetFields(Declared).Where(field => !IsIgnored(field))];
        if (IsTuple(type))
        {
            return [.. fields.Select((field, index) => ((uint)index, field))];
        }

        if (!IsMarked(type))
        {
            if (fields.Length == 0 && !typeof(Exception).IsAssignableFrom(type))
            {
                return [];
            }

            throw new CodecNotFoundException($"Could not find a codec for type {type}: it is not marked with [GenerateSerializer]");
        }

        CheckAccess(type);
        IReadOnlyDictionary<string, int> primary = PrimaryParameters(type);
        List<(uint Id, FieldInfo Field)> members = [];
        foreach (FieldInfo field in fields)
        {
            string name = MemberName(field);
            IdAttribute? id = field.GetCustomAttribute<IdAttribute>() ?? type.GetProperty(name, Declared)?.GetCustomAttribute<IdAttribute>();
            if (id is not null)
            {
                members.Add((id.Id, field));
            }
            else if (primary.TryGetValue(name, out int position))
            {
                // Parameters of a record's primary constructor are numbered by position, apart from the rest.
                members.Add(((1u << 24) + (uint)position, field));
            }
            else
            {
                throw new CodecNotFoundException(
                    $"{type}.{name} has no [Id], so the real serializer would silently leave it out: give it one, or mark the field [NonSerialized]");
            }
        }

        if (members.GroupBy(member => member.Id).FirstOrDefault(group => group.Count() > 1) is { } clash)
        {
            throw new CodecNotFoundException($"{type} has more than one member with [Id({clash.Key})]");
        }

        if (type.GetProperties(Declared).FirstOrDefault(p => p.IsDefined(typeof(IdAttribute)) && fields.All(field => MemberName(field) != p.Name)) is { } computed)
        {
            throw new CodecNotFoundException($"{type}.{computed.Name} has an [Id] but no field behind it");
        }

        return [.. members.OrderBy(member => member.Id)];
    }

    public static string MemberName(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static bool IsIgnored(FieldInfo field) => field.IsNotSerialized
        || field.DeclaringType!.GetProperty(MemberName(field), Declared)?.IsDefined(typeof(IgnoreDataMemberAttribute)) == true;

    private static void CheckAccess(Type type)
    {
        for (Type? level = type; level is not null; level = level.DeclaringType)
        {
            if (level.IsNestedPrivate || level.IsNestedFamily || level.IsNestedFamANDAssem)
            {
                throw new CodecNotFoundException($"The type {type} is marked as being serializable but it is inaccessible from generated code");
            }
        }
    }

    private static IReadOnlyDictionary<string, int> PrimaryParameters(Type type)
    {
        bool isRecord = type.GetMethod("<Clone>$") is not null
            || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is not null);
        if (!isRecord && type.GetCustomAttribute<GenerateSerializerAttribute>() is not { IncludePrimaryConstructorParameters: true })
        {
            return new Dictionary<string, int>();
        }

        ConstructorInfo? primary = type.GetConstructors(Declared)
            .Where(constructor => constructor.GetParameters().Length > 0
                && constructor.GetParameters().All(parameter => type.GetProperty(parameter.Name!, Declared) is not null))
            .MaxBy(constructor => constructor.GetParameters().Length);
        return primary is null
            ? new Dictionary<string, int>()
            : primary.GetParameters().ToDictionary(parameter => parameter.Name!, parameter => parameter.Position);
    }
}
