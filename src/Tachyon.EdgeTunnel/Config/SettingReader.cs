namespace Tachyon.EdgeTunnel.Config;

/// <summary>Turns text into a value, or says in one phrase what it must be.</summary>
internal delegate bool SettingParser<T>(string text, out T value, out string reason);

/// <summary>
/// Reads typed values out of a <see cref="SettingBag"/> and collects every fault instead of stopping at the first.
/// </summary>
/// <remarks>After a fault a placeholder is returned; <see cref="ThrowIfFaulty"/> must run before any value is used.</remarks>
internal sealed class SettingReader(SettingBag bag, List<ConfigFault> faults)
{
    /// <summary>Whether someone gave it.</summary>
    public bool Given(Setting setting) => bag[setting].Count > 0;

    public T Required<T>(Setting setting, SettingParser<T> parser)
    {
        if (bag[setting].Count == 0)
        {
            Fault(setting, $"is required (option {setting.Option} or \"{setting.Key}\" in the configuration file)");
            return default!;
        }

        return Optional(setting, default!, parser);
    }

    public T Optional<T>(Setting setting, T fallback, SettingParser<T> parser)
    {
        var values = bag[setting];
        if (values.Count == 0)
        {
            return fallback;
        }

        if (parser(values[^1].Text, out var value, out var reason))
        {
            return value;
        }

        faults.Add(new ConfigFault(setting.Key, values[^1].Text, reason, values[^1].Source));
        return fallback;
    }

    public IReadOnlyList<T> AtLeastOne<T>(Setting setting, SettingParser<T> parser)
    {
        if (bag[setting].Count == 0)
        {
            Required(setting, parser);
        }

        return Many(setting, parser);
    }

    public IReadOnlyList<T> Many<T>(Setting setting, SettingParser<T> parser)
    {
        var read = new List<T>();
        foreach (var given in bag[setting])
        {
            if (parser(given.Text, out var value, out var reason))
            {
                read.Add(value);
            }
            else
            {
                faults.Add(new ConfigFault(setting.Key, given.Text, reason, given.Source));
            }
        }

        return read;
    }

    /// <summary>Adds a fault of a rule over several settings, shown with the value of <paramref name="setting"/>.</summary>
    public void Fault(Setting setting, string reason)
    {
        var values = bag[setting];
        faults.Add(values.Count == 0
            ? new ConfigFault(setting.Key, null, reason, null)
            : new ConfigFault(setting.Key, values[^1].Text, reason, values[^1].Source));
    }

    /// <exception cref="ConfigException">Something was wrong; it carries all of it.</exception>
    public void ThrowIfFaulty()
    {
        if (faults.Count > 0)
        {
            throw new ConfigException([.. faults]);
        }
    }
}
