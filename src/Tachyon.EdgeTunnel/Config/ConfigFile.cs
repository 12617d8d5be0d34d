using System.Text.Json;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>
/// Reads a configuration file: a JSON object, settings in sections, comments and trailing commas allowed.
/// <code>{ "gateway": "wss://…", "provide": { "listen": "0.0.0.0:9440", "egressAllow": ["127.0.0.1:80"] } }</code>
/// </summary>
internal static class ConfigFile
{
    // A configuration has a few dozen lines; this only keeps a wrong path from being read into memory.
    private const int LargestFileBytes = 1_000_000;

    /// <summary>Adds what the file says to <paramref name="bag"/>; faults (unreadable, unknown setting, wrong shape) go to <paramref name="faults"/>.</summary>
    public static void Read(string path, SettingBag bag, List<ConfigFault> faults)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > LargestFileBytes)
            {
                faults.Add(new ConfigFault("--config", path, $"the file has {file.Length} bytes, more than {LargestFileBytes}", null));
                return;
            }

            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                faults.Add(new ConfigFault("--config", path, "the file must hold one JSON object", null));
                return;
            }

            ReadObject(document.RootElement, "", path, bag, faults);
        }
        catch (JsonException fault)
        {
            faults.Add(new ConfigFault("--config", path, $"not JSON: {fault.Message}", null));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigFault("--config", path, fault.Message, null));
        }
    }

    private static void ReadObject(JsonElement element, string prefix, string path, SettingBag bag, List<ConfigFault> faults)
    {
        foreach (var property in element.EnumerateObject())
        {
            var key = prefix + property.Name;
            var setting = Settings.All.FirstOrDefault(candidate => candidate.Key == key);
            if (setting is not null)
            {
                ReadSetting(setting, property.Value, path, bag, faults);
            }
            else if (property.Value.ValueKind == JsonValueKind.Object && Settings.IsSection(key))
            {
                ReadObject(property.Value, key + ".", path, bag, faults);
            }
            else
            {
                faults.Add(new ConfigFault(key, null, "no such setting" + Nearest(key), path));
            }
        }
    }

    private static void ReadSetting(Setting setting, JsonElement value, string path, SettingBag bag, List<ConfigFault> faults)
    {
        if (Scalar(value) is { } text)
        {
            bag.Replace(setting.Key, [new SettingValue(text, path)]);
            return;
        }

        if (setting.Many && value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => Scalar(item) is not null))
        {
            bag.Replace(setting.Key, [.. value.EnumerateArray().Select(item => new SettingValue(Scalar(item)!, path))]);
            return;
        }

        var expected = setting.Many ? "a string or an array of strings" : "a string or a number";
        faults.Add(new ConfigFault(setting.Key, value.GetRawText(), $"must be {expected}", path));
    }

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string Nearest(string key)
    {
        var name = key[(key.LastIndexOf('.') + 1)..];
        var near = Settings.All.FirstOrDefault(setting =>
            string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase)
            || setting.Key.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(setting.Option.Replace("-", "", StringComparison.Ordinal), name, StringComparison.OrdinalIgnoreCase));
        return near is null ? "" : $" (did you mean {near.Key}?)";
    }
}
