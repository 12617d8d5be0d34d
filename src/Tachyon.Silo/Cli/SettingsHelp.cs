using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Cli;

/// <summary>The usual help, and below it every setting with its default.</summary>
internal sealed class SettingsHelp(HelpAction standard) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = standard.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Settings (--set KEY=VALUE, TACHYON_ variables with __ for :, or a configuration file):");
        SiloSettings.Read(new ConfigurationBuilder().Build(), out _).Entries.WriteTo(output, entry => $"[{entry.Standard}] {entry.Meaning}");
        output.WriteLine();
        output.WriteLine("Logging:…, Kestrel:… (certificates) and AllowedHosts are those of .NET.");
        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (exitCode, meaning) in ExitCodes.All)
        {
            output.WriteLine($"  {(int)exitCode}  {meaning}");
        }

        return code;
    }
}
