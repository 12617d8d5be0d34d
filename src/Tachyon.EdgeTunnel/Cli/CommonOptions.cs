using System.CommandLine;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>Options that every command understands, and those that stand for settings.</summary>
internal static class CommonOptions
{
    public static readonly Option<string> Data = new("--data", "-d")
    {
        Description = "the node's data directory: key, journal, control socket",
        HelpName = "DIR",
        DefaultValueFactory = _ => DataDirectory.DefaultPath,
        Recursive = true,
    };

    public static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = "a configuration file (JSON); options on the command line come before it",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "print JSON instead of text",
        Recursive = true,
    };

    /// <summary>Makes an option of each setting and adds it to <paramref name="command"/>.</summary>
    public static void AddSettings(this Command command, IEnumerable<Setting> settings)
    {
        foreach (var setting in settings)
        {
            Option option = setting.Many ? new Option<string[]>(setting.Option) : new Option<string>(setting.Option);
            option.Description = setting.Description;
            option.HelpName = setting.ValueName;
            command.Options.Add(option);
        }
    }

    /// <summary>
    /// The settings as given: the configuration file's, replaced by those on the command line. Faults of the file go to
    /// <paramref name="faults"/>.
    /// </summary>
    public static SettingBag ReadSettings(this ParseResult parsed, List<ConfigFault> faults)
    {
        var bag = new SettingBag();
        if (parsed.GetValue(Config) is { } file)
        {
            ConfigFile.Read(file, bag, faults);
        }

        foreach (var setting in Settings.All)
        {
            if (parsed.GetResult(setting.Option) is System.CommandLine.Parsing.OptionResult { Implicit: false } given)
            {
                bag.Replace(setting.Key, [.. given.Tokens.Select(token => new SettingValue(token.Value, setting.Option))]);
            }
        }

        return bag;
    }
}
