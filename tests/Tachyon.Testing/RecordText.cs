using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Tachyon.Testing;

/// <summary>
/// Everything that a record says, a line for each value with the way to it. What a later version adds are further lines;
/// what it reads otherwise, or no longer, is a line that is missing.
/// </summary>
public static class RecordText
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The lines of a record, or of several in a row.</summary>
    public static string[] Of(object? record)
    {
        var lines = new List<string>();
        Add(lines, "", record);
        return [.. lines];
    }

    private static void Add(List<string> lines, string path, object? value)
    {
        switch (value)
        {
            case byte[] bytes:
                lines.Add($"{path} = 0x{Convert.ToHexStringLower(bytes)}");
                break;
            case Enum number:
                lines.Add($"{path} = {Convert.ToInt64(number, CultureInfo.InvariantCulture)}");
                break;
            case null or string or IFormattable:
                lines.Add($"{path} = {(value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture))}");
                break;
            case IEnumerable items:
                AddItems(lines, path, items);
                break;
            default:
                AddMembers(lines, path, value);
                break;
        }
    }

    private static void AddItems(List<string> lines, string path, IEnumerable items)
    {
        int count = 0;
        foreach (object? item in items)
        {
            Add(lines, $"{path}[{count++}]", item);
        }

        lines.Add($"{path}.Length = {count}");
    }

    private static void AddMembers(List<string> lines, string path, object value)
    {
        // Records of grains mark what they store; the protocol's types store what can be set.
        PropertyInfo[] all = value.GetType().GetProperties(Members);
        PropertyInfo[] marked = [.. all.Where(property => property.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "IdAttribute"))];
        PropertyInfo[] stored = marked.Length > 0 ? marked : [.. all.Where(property => property.CanWrite)];
        if (stored.Length == 0)
        {
            lines.Add($"{path} = {value}");
            return;
        }

        foreach (PropertyInfo property in stored)
        {
            Add(lines, path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.GetValue(value));
        }
    }
}
