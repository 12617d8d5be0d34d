using System.CommandLine;
using Tachyon.EdgeTunnel.Config;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge config check</c>: reads the settings as provide or connect would, and names every fault.</summary>
internal static class ConfigCommands
{
    private static readonly Argument<string> Role = new Argument<string>("ROLE") { Description = "provide or connect" }.OneOf("provide", "connect");

    public static RootCommand AddConfig(this RootCommand root)
    {
        var check = new Command("check", "Check the settings for provide or connect without starting anything.");
        check.Arguments.Add(Role);
        check.AddSettings(Settings.All);
        var config = new Command("config", "Check settings.");
        config.Subcommands.Add(check.Runs(CheckAsync));
        root.Subcommands.Add(config);
        return root;
    }

    private static Task<ExitCode> CheckAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<ConfigFault> faults = [];
        try
        {
            if (context.Parsed.GetRequiredValue(Role) == "provide")
            {
                ProvideOptions.Read(context.ReadSettings(), context.Data);
            }
            else
            {
                ConnectOptions.Read(context.ReadSettings(), context.Data);
            }
        }
        catch (ConfigException fault) when (context.Json)
        {
            faults = fault.Faults;
        }

        if (context.Json)
        {
            context.Print(
                new ConfigCheckDocument
                {
                    Valid = faults.Count == 0,
                    Faults = [.. faults.Select(fault => new ConfigFaultDocument
                    {
                        Setting = fault.Setting, Value = fault.Value, Source = fault.Source, Reason = fault.Reason,
                    })],
                },
                CliJson.Default.ConfigCheckDocument);
        }
        else
        {
            context.Output.WriteLine("the settings are in order");
        }

        return Task.FromResult(faults.Count == 0 ? ExitCode.Success : ExitCode.BadSettings);
    }

    private static Argument<string> OneOf(this Argument<string> argument, params string[] values)
    {
        argument.AcceptOnlyFromAmong(values);
        return argument;
    }
}
