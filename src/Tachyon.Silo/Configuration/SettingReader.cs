using System.Globalization;

namespace Tachyon.Silo.Configuration;

/// <summary>
/// Reads settings one by one and collects what is wrong with them, so that all faults are reported at once: values of the
/// wrong type or out of bounds, missing ones, and names that no setting has. What it was asked for is the list of settings
/// that --help and config check show, so neither can fall behind.
/// </summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private const string Unset = "not set";
    private readonly List<SettingEntry> _entries = [];
    private readonly List<SettingFault> _faults = [];

    public IReadOnlyList<SettingFault> Faults => _faults;

    /// <summary>All settings that were asked for, in that order.</summary>
    public IReadOnlyList<SettingEntry> Entries => _entries;

    public void Fault(string setting, string? value, string reason) => _faults.Add(new SettingFault(setting, value, reason));

    /// <summary>A text; null when it is not set.</summary>
    /// <param name="setting">The key.</param>
    /// <param name="meaning">What it does.</param>
    /// <param name="standard">What holds without it, in words.</param>
    /// <param name="show">What of it people may see; all of it by default.</param>
    public string? Optional(string setting, string meaning, string standard = Unset, Func<string, string>? show = null)
    {
        var value = Raw(setting);
        _entries.Add(new SettingEntry(setting, meaning, standard, value is null ? standard : show?.Invoke(value) ?? value, value is not null));
        return value;
    }

    /// <summary>A text that must be set; empty with a fault when it is not.</summary>
    public string Required(string setting, string meaning, Func<string, string>? show = null)
    {
        if (Optional(setting, meaning, "required", show) is { } value)
        {
            return value;
        }

        Fault(setting, null, $"is not set; it must be {meaning}");
        return "";
    }

    /// <summary>A list, given as an array or as one value with semicolons.</summary>
    public string[] Many(string setting, string meaning, string[] standard, string standardInWords = Unset)
    {
        var section = configuration.GetSection(setting);
        string[] values = section.Value is { } joined
            ? joined.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. section.GetChildren().Select(child => child.Value ?? "")];
        var without = standard.Length > 0 ? string.Join("; ", standard) : standardInWords;
        _entries.Add(new SettingEntry(setting, meaning, without, values.Length > 0 ? string.Join("; ", values) : without, values.Length > 0));
        return values.Length > 0 ? values : standard;
    }

    public int Number(string setting, int standard, int least, int most, string meaning) =>
        Value(setting, standard, least, most, "a whole number", meaning, text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null);

    public double Fraction(string setting, double standard, double least, double most, string meaning) =>
        Value(setting, standard, least, most, "a number", meaning, text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>A time as in 00:00:15 or 1.00:00:00 (days).</summary>
    public TimeSpan Duration(string setting, TimeSpan standard, TimeSpan least, TimeSpan most, string meaning) =>
        Value(setting, standard, least, most, "a time (hours:minutes:seconds)", meaning, text =>
            text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>true or false; false when not set.</summary>
    public bool Flag(string setting, string meaning)
    {
        if (Optional(setting, meaning, "false") is not { } text)
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

    public T Choice<T>(string setting, T standard, string meaning)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant());
        if (Optional(setting, $"{meaning} ({string.Join(", ", names)})", standard.ToString().ToLowerInvariant()) is not { } text)
        {
            return standard;
        }

        if (Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsDigit(text[0]))
        {
            return value;
        }

        Fault(setting, text, $"must be one of {string.Join(", ", names)}");
        return standard;
    }

    /// <summary>To be called last: whatever is set below these sections and was not asked for is a mistake in a name.</summary>
    public void FaultUnknown(params string[] sections)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            var isOurs = sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
            if (isOurs && value is not null && !_entries.Exists(known => IsOrIsBelow(key, known.Key)))
            {
                // The value is not shown: somebody may have written a password where none belongs.
                Fault(key, null, "is no setting; see tachyon-silo --help");
            }
        }
    }

    private string? Raw(string setting) => configuration[setting] is { Length: > 0 } value ? value : null;

    private static bool IsOrIsBelow(string key, string known) =>
        key.StartsWith(known, StringComparison.OrdinalIgnoreCase) && (key.Length == known.Length || key[known.Length] == ':');

    private T Value<T>(string setting, T standard, T least, T most, string kind, string meaning, Func<string, T?> parse)
        where T : struct, IComparable<T>
    {
        var bounds = string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
        if (Optional(setting, $"{meaning} ({bounds})", string.Create(CultureInfo.InvariantCulture, $"{standard}")) is not { } text)
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
