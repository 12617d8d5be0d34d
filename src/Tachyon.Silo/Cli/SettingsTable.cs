using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Cli;

/// <summary>Lists settings for people, one a line.</summary>
internal static class SettingsTable
{
    public static void WriteTo(this IReadOnlyList<SettingEntry> entries, TextWriter output, Func<SettingEntry, string> describe)
    {
        var width = entries.Max(entry => entry.Key.Length);
        foreach (var entry in entries)
        {
            output.WriteLine($"  {entry.Key.PadRight(width)}  {describe(entry)}");
        }
    }
}
