using System.Globalization;
using System.Text.Unicode;

namespace Tachyon.Protocol.Tests.Documents;

/// <summary>
/// Reads bytes by a layout as docs/wire.md writes it ("Conventions"): fields with their types in order, and nothing of the code
/// that is described.
/// </summary>
/// <param name="structures">Layouts that have a name, by that name.</param>
internal sealed class WireLayout(IReadOnlyDictionary<string, string> structures)
{
    private static readonly Dictionary<string, int> FixedBytes = new()
    {
        ["u8"] = 1, ["u16"] = 2, ["u32"] = 4, ["u64"] = 8, ["flag"] = 1,
        ["address"] = 20, ["hash"] = 32, ["id"] = 32, ["amount"] = 32, ["key"] = 64, ["signature"] = 65,
    };

    /// <summary>The layouts of docs/wire.md.</summary>
    internal static WireLayout OfDocument { get; } = new(WireDocument.Rows("Structures").ToDictionary(row => row[0], row => row[1]));

    /// <summary>Fails unless the bytes are these fields and nothing more.</summary>
    internal void AssertIs(string fields, ReadOnlySpan<byte> bytes, string what)
    {
        int read = ReadFields(fields, bytes, what);
        Assert.True(read == bytes.Length, $"{what}: '{fields}' takes {read} bytes, there are {bytes.Length}.");
    }

    private int ReadFields(string fields, ReadOnlySpan<byte> bytes, string what)
    {
        int at = 0;
        var values = new Dictionary<string, ulong>();
        foreach (string field in fields == "–" ? [] : fields.Split(", "))
        {
            string[] parts = field.Split(": ");
            Assert.True(parts.Length == 2, $"{what}: '{field}' is no field with a type.");
            string[] type = parts[1].Split(" if ");
            if (type.Length == 1 || IsMet(type[1], values))
            {
                at += ReadValue(type[0], bytes[at..], $"{what}, {parts[0]}", out ulong value);
                values[parts[0]] = value;
            }
        }

        return at;
    }

    private int ReadValue(string type, ReadOnlySpan<byte> bytes, string what, out ulong value)
    {
        value = 0;
        (string first, string rest) = type.Split(' ', 2) is [var head, var tail] ? (head, tail) : (type, "");
        switch (first)
        {
            case "rest":
                return bytes.Length;
            case "optional":
                ReadValue("flag", bytes, what, out value);
                return 1 + (value == 1 ? ReadValue(rest, bytes[1..], what, out _) : 0);
            case "list":
                return ReadList(rest, bytes, what);
            case "text":
                ReadValue("u16", bytes, what, out value);
                Assert.True(value <= Number(rest) && 2 + (int)value <= bytes.Length, $"{what}: a text of {value} bytes.");
                Assert.True(Utf8.IsValid(bytes[2..(2 + (int)value)]), $"{what}: no UTF-8.");
                return 2 + (int)value;
        }

        if (structures.TryGetValue(type, out string? fields))
        {
            return ReadFields(fields, bytes, what);
        }

        int length = first == "bytes" ? (int)Number(rest) : FixedBytes.GetValueOrDefault(type);
        Assert.True(length > 0, $"{what}: the type '{type}' is described nowhere.");
        Assert.True(length <= bytes.Length, $"{what}: {length} bytes are due and {bytes.Length} are left.");
        value = length > 8 ? 0 : bytes[..length].ToArray().Aggregate(0UL, (number, b) => (number << 8) | b);
        Assert.True(first != "flag" || value <= 1, $"{what}: a flag of {value}.");
        return length;
    }

    private int ReadList(string type, ReadOnlySpan<byte> bytes, string what)
    {
        (string bounds, string element) = type.Split(' ', 2) is [var range, var of] ? (range, of) : (type, "");
        ulong[] limits = [.. bounds.Split('–').Select(Number)];
        ReadValue("u8", bytes, what, out ulong count);
        Assert.True(count >= limits[0] && count <= limits[1], $"{what}: a list of {count}, not {bounds}.");
        int at = 1;
        for (ulong i = 0; i < count; i++)
        {
            at += ReadValue(element, bytes[at..], $"{what}[{i}]", out _);
        }

        return at;
    }

    // A bit of an earlier field: "sides & 2".
    private static bool IsMet(string condition, Dictionary<string, ulong> values) =>
        condition.Split(" & ") is [var name, var bit] && (values[name] & Number(bit)) != 0;

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
