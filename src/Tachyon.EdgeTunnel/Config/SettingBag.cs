namespace Tachyon.EdgeTunnel.Config;

/// <summary>
/// The settings given, by key. A later layer (the command line) replaces what an earlier one (the file) said,
/// whole: lists are not merged.
/// </summary>
internal sealed class SettingBag
{
    private readonly Dictionary<string, IReadOnlyList<SettingValue>> _values = new(StringComparer.Ordinal);

    public IReadOnlyList<SettingValue> this[Setting setting] =>
        _values.TryGetValue(setting.Key, out var values) ? values : [];

    public void Replace(string key, IReadOnlyList<SettingValue> values) => _values[key] = values;
}
