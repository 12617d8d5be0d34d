using System.CommandLine;
using System.CommandLine.Help;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Cli;

/// <summary>The command line of <c>tachyon-silo</c>: runs a silo, or checks its settings.</summary>
internal static class SiloCommandLine
{
    private static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = "a configuration file (JSON); the environment and the command line come before it",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "any setting by its key, such as Gateway:HeartbeatPeriod=00:00:10; may be given many times",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };

    /// <summary>The options that stand for settings.</summary>
    private static readonly (Option<string> Option, string Setting)[] Settings =
    [
        (Text("--data", "DIR", "where the silo keeps its state (default: ./tachyon-silo)"), "DataDirectory"),
        (Text("--urls", "URLS", "where the gateway listens, several with ; between (default: http://127.0.0.1:9430)"), "Gateway:Urls"),
        (Text("--names", "NAMES", "every host:port by which edges know the gateway, with ; between (default: where it listens)"), "Gateway:Names"),
        (Text("--rpc", "URL", "the chain's JSON-RPC endpoint"), "Chain:Endpoint"),
        (Text("--deployment", "FILE", "the deployment file that names the contracts"), "Chain:DeploymentFile"),
        (Text("--finality", "WHEN", "automatic, finalized or latest (default: automatic)"), "Chain:Finality"),
        (Text("--keystore", "FILE", "the V3 keystore of the account that pays for transactions"), "Operator:KeystoreFile"),
        (Text("--password-file", "FILE", "a file whose first line opens the keystore"), "Operator:PasswordFile"),
        (Text("--silo-port", "PORT", "between silos (default: 11111)"), "Cluster:SiloPort"),
        (Text("--client-port", "PORT", "for Orleans clients (default: 30000)"), "Cluster:ClientPort"),
        (Text("--log-level", "LEVEL", "trace, debug, information, warning or error (default: information)"), "Logging:LogLevel:Default"),
    ];

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "A silo of Tachyon: matches consumers and providers, keeps their units and settles their channels. "
            + "Settings come from appsettings.json beside the program, --config, TACHYON_* variables "
            + "(TACHYON_Chain__Endpoint is Chain:Endpoint) and the command line; later ones win.");
        root.Options.Add(Config);
        root.Options.Add(Set);
        foreach (var (option, _) in Settings)
        {
            root.Options.Add(option);
        }

        var check = new Command("check", "Check the settings and what they name, without starting anything, and show them as they hold.");
        check.SetAction(SiloRunner.CheckAsync);
        root.Subcommands.Add(new Command("config", "Check settings.") { check });
        root.Subcommands.Add(new Command("proxy", "The operator's standing as a proxy. Stop its silos meanwhile: two that send from one account take each other's nonces.")
        {
            Proxy("status", "Show whether the account is a proxy, its locks, the bond and its tokens.", registration => registration.ShowAsync),
            Proxy("register", "Post the bond and become a proxy.", registration => registration.RegisterAsync),
            Proxy("leave", "Take no more locks, and the bond back after a delay.", registration => registration.LeaveAsync),
            Proxy("collect", "Take the bond back, after the delay and the last lock.", registration => registration.CollectAsync),
        });
        root.SetAction(SiloRunner.RunAsync);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new SettingsHelp((HelpAction)help.Action!);
        }

        return root;
    }

    /// <summary>The settings as given.</summary>
    /// <exception cref="InvalidDataException">A configuration file is no JSON.</exception>
    /// <exception cref="IOException">A configuration file cannot be read.</exception>
    public static SiloSettings ReadSettings(ParseResult parsed, out IReadOnlyList<SettingFault> faults)
    {
        var given = new List<KeyValuePair<string, string?>>();
        var mistakes = new List<SettingFault>();
        foreach (var (option, setting) in Settings)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                given.Add(new(setting, parsed.GetValue(option)));
            }
        }

        foreach (var pair in parsed.GetValue(Set) ?? [])
        {
            var parts = pair.Split('=', 2);
            if (parts.Length == 2)
            {
                given.Add(new(parts[0], parts[1]));
            }
            else
            {
                mistakes.Add(new SettingFault("--set", pair, "must be KEY=VALUE"));
            }
        }

        var settings = SiloSettings.Read(ConfigurationSources.Build(parsed.GetValue(Config), given), out var found);
        faults = [.. mistakes, .. found];
        return settings;
    }

    private static Command Proxy(
        string name, string description, Func<ProxyRegistration, Func<CancellationToken, Task<ExitCode>>> action)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, cancellation) => SiloRunner.ChangeProxyAsync(parsed, action, cancellation));
        return command;
    }

    private static Option<string> Text(string name, string valueName, string description) =>
        new(name) { Description = description, HelpName = valueName, Recursive = true };
}
