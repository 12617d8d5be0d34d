namespace Tachyon.EdgeTunnel.Config;

/// <summary>A value that someone gave to a setting, as text, and where: a file's name or the command line.</summary>
internal sealed record SettingValue(string Text, string Source);

/// <summary>
/// A value that cannot be used. <see cref="Value"/> is null where a required setting is missing.
/// </summary>
internal sealed record ConfigFault(string Setting, string? Value, string Reason, string? Source)
{
    public override string ToString()
    {
        var value = Value is null ? "" : $" = \"{Value}\"";
        var source = Source is null ? "" : $" ({Source})";
        return $"{Setting}{value}{source}: {Reason}";
    }
}

/// <summary>Every fault found in the settings, at once.</summary>
internal sealed class ConfigException(IReadOnlyList<ConfigFault> faults)
    : Exception(faults.Count == 1 ? faults[0].ToString() : $"{faults.Count} settings cannot be used:{string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}"))}")
{
    public IReadOnlyList<ConfigFault> Faults { get; } = faults;
}
