using System.Globalization;

namespace Tachyon.Silo.Configuration;

/// <summary>
/// Reads settings one by one and collects what is wrong with them, so that all faults are reported at once: values of the
/// wrong type or out of bounds, missing ones, and names that no setting has.
/// </summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<SettingFault> _faults = [];

    public IReadOnlyList<SettingFault> Faults => _faults;

    public void Fault(string setting, string? value, string reason) => _faults.Add(new SettingFault(setting, value, reason));

    public string? Optional(string setting)
    {
        _known.Add(setting);
        return configuration[setting] is { Length: > 0 } value ? value : null;
    }

    public string Required(string setting, string what)
    {
        if (Optional(setting) is { } value)
        {
            return value;
        }

        Fault(setting, null, $"is not set; it must be {what}");
        return "";
    }

    /// <summary>A list, given as an array or as one value with semicolons.</summary>
    public string[] Many(string setting, params string[] standard)
    {
        _known.Add(setting);
        var section = configuration.GetSection(setting);
        string[] values = section.Value is { } joined
            ? joined.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. section.GetChildren().Select(child => child.Value ?? "")];
        return values.Length > 0 ? values : standard;
    }

    public int Number(string setting, int standard, int least, int most) =>
        Value(setting, standard, least, most, "a whole number", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>true or false; false when not set.</summary>
    public bool Flag(string setting)
    {
        if (Optional(setting) is not { } text)
        {
            return false;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        Fault(setting, text, "must be true or false");
        return false;
    }

    /// <summary>A time as in 00:00:15 or 1.00:00:00 (days).</summary>
    public TimeSpan Duration(string setting, TimeSpan standard, TimeSpan least, TimeSpan most) =>
        Value(setting, standard, least, most, "a time (hours:minutes:seconds)", text =>
            text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null);

    public T Choice<T>(string setting, T standard)
        where T : struct, Enum
    {
        if (Optional(setting) is not { } text)
        {
            return standard;
        }

        if (Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsDigit(text[0]))
        {
            return value;
        }

        Fault(setting, text, $"must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");
        return standard;
    }

    /// <summary>To be called last: whatever is set below these sections and was not asked for is a mistake in a name.</summary>
    public void FaultUnknown(params string[] sections)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            var isOurs = sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
            if (isOurs && value is not null && !_known.Any(known => IsOrIsBelow(key, known)))
            {
                // The value is not shown: somebody may have written a password where none belongs.
                Fault(key, null, "is no setting; see tachyon-silo --help");
            }
        }
    }

    private static bool IsOrIsBelow(string key, string known) =>
        key.StartsWith(known, StringComparison.OrdinalIgnoreCase) && (key.Length == known.Length || key[known.Length] == ':');

    private T Value<T>(string setting, T standard, T least, T most, string kind, Func<string, T?> parse)
        where T : struct, IComparable<T>
    {
        if (Optional(setting) is not { } text)
        {
            return standard;
        }

        if (parse(text) is { } value && value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0)
        {
            return value;
        }

        Fault(setting, text, $"must be {kind} from {least} to {most}");
        return standard;
    }
}
