using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge completion bash | zsh | fish</c>: a script that completes commands and options, made from the commands themselves.</summary>
internal static class CompletionCommand
{
    private const string Program = "tachyon-edge";

    private static readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh or fish" };

    public static RootCommand AddCompletion(this RootCommand root)
    {
        var command = new Command(
            "completion",
            "Print a script that completes commands and options.\n\n"
            + "Examples: tachyon-edge completion bash > /etc/bash_completion.d/tachyon-edge\n"
            + "          tachyon-edge completion fish > ~/.config/fish/completions/tachyon-edge.fish");
        Shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        command.Arguments.Add(Shell);
        root.Subcommands.Add(command.Runs((context, _) =>
        {
            var shell = context.Parsed.GetRequiredValue(Shell);
            var script = ScriptFor(shell, root);
            if (context.Json)
            {
                context.Print(new CompletionDocument { Shell = shell, Script = script }, CliJson.Default.CompletionDocument);
            }
            else
            {
                context.Output.Write(script);
            }

            return Task.FromResult(ExitCode.Success);
        }));
        return root;
    }

    private static string ScriptFor(string shell, RootCommand root)
    {
        var words = new List<(string Path, string Words)>();
        var values = new List<(string Path, string Option, string Words)>();
        Collect(root, "", [], words, values);
        return shell switch
        {
            "fish" => Fish(words, values),
            "zsh" => "#compdef " + Program + "\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(words, values),
            _ => Bash(words, values),
        };
    }

    private static void Collect(
        Command command, string path, IReadOnlyList<string> inherited, List<(string Path, string Words)> words, List<(string Path, string Option, string Words)> values)
    {
        List<string> recursive = [.. inherited, .. command.Options.Where(option => option.Recursive).Select(option => option.Name)];
        var own = command.Options.Where(option => !option.Recursive && !option.Hidden).Select(option => option.Name);
        var choices = command.Arguments.SelectMany(WordsOf);
        words.Add((path, string.Join(' ', command.Subcommands.Select(sub => sub.Name).Concat(choices).Concat(own).Concat(recursive))));
        values.AddRange(command.Options
            .Where(option => option.ValueType == typeof(string))
            .Select(option => (path, option.Name, string.Join(' ', WordsOf(option))))
            .Where(value => value.Item3.Length > 0));
        foreach (var sub in command.Subcommands)
        {
            Collect(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}", recursive, words, values);
        }
    }

    // What an argument or option takes, where that is one of a few words.
    private static IEnumerable<string> WordsOf(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(word => word.Label);

    // The commands before the word are its path; options and what follows them are not.
    private static string Bash(List<(string Path, string Words)> words, List<(string Path, string Option, string Words)> values)
    {
        var text = new StringBuilder();
        text.Append("_tachyon_edge() {\n  local path=\"\" word known i\n  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=\"${COMP_WORDS[i]}\"\n    known=\"${path:+$path }$word\"\n    case \"$known\" in\n");
        text.Append("      ").AppendJoin('|', words.Where(entry => entry.Path.Length > 0).Select(entry => $"\"{entry.Path}\"")).Append(") path=\"$known\" ;;\n    esac\n  done\n");
        text.Append("  local choices=\"\"\n  case \"$path\" in\n");
        foreach (var (path, choices) in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"    \"{path}\") choices=\"{choices}\" ;;\n");
        }

        text.Append("  esac\n  case \"$path ${COMP_WORDS[COMP_CWORD-1]}\" in\n");
        foreach (var (path, option, choices) in values)
        {
            text.Append(CultureInfo.InvariantCulture, $"    \"{path} {option}\") choices=\"{choices}\" ;;\n");
        }

        text.Append("  esac\n  COMPREPLY=($(compgen -W \"$choices\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n");
        text.Append("  [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -F _tachyon_edge ").Append(Program).Append('\n');
        return text.ToString();
    }

    private static string Fish(List<(string Path, string Words)> words, List<(string Path, string Option, string Words)> values)
    {
        var text = new StringBuilder("function __tachyon_edge_path\n  set -l path\n  for word in (commandline -opc)[2..-1]\n    set -l known (string trim \"$path $word\")\n    switch $known\n      case ");
        text.AppendJoin(' ', words.Where(entry => entry.Path.Length > 0).Select(entry => $"'{entry.Path}'"));
        text.Append("\n        set path $known\n    end\n  end\n  echo $path\nend\n");
        foreach (var (path, choices) in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"complete -c {Program} -n 'test \"$(__tachyon_edge_path)\" = \"{path}\"' -f -a '{choices}'\n");
        }

        foreach (var (path, option, choices) in values)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"complete -c {Program} -n 'test \"$(__tachyon_edge_path)\" = \"{path}\"; and test (commandline -opc)[-1] = \"{option}\"' -f -a '{choices}'\n");
        }

        return text.ToString();
    }
}
