using System.CommandLine;
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
            context.Output.Write(ScriptFor(context.Parsed.GetRequiredValue(Shell), root));
            return Task.FromResult(ExitCode.Success);
        }));
        return root;
    }

    private static string ScriptFor(string shell, RootCommand root)
    {
        var words = new List<(string Path, string Words)>();
        Collect(root, "", [], words);
        return shell switch
        {
            "fish" => Fish(words),
            "zsh" => "#compdef " + Program + "\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(words),
            _ => Bash(words),
        };
    }

    private static void Collect(Command command, string path, IReadOnlyList<string> inherited, List<(string Path, string Words)> words)
    {
        List<string> recursive = [.. inherited, .. command.Options.Where(option => option.Recursive).Select(option => option.Name)];
        var own = command.Options.Where(option => !option.Recursive && !option.Hidden).Select(option => option.Name);
        words.Add((path, string.Join(' ', command.Subcommands.Select(sub => sub.Name).Concat(own).Concat(recursive))));
        foreach (var sub in command.Subcommands)
        {
            Collect(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}", recursive, words);
        }
    }

    // The commands before the word are its path; options and what follows them are not.
    private static string Bash(List<(string Path, string Words)> words)
    {
        var text = new StringBuilder();
        text.Append("_tachyon_edge() {\n  local path=\"\" word known i\n  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=\"${COMP_WORDS[i]}\"\n    known=\"${path:+$path }$word\"\n    case \"$known\" in\n");
        text.Append("      ").AppendJoin('|', words.Where(entry => entry.Path.Length > 0).Select(entry => $"\"{entry.Path}\"")).Append(") path=\"$known\" ;;\n    esac\n  done\n");
        text.Append("  local choices=\"\"\n  case \"$path\" in\n");
        foreach (var (path, choices) in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"    \"{path}\") choices=\"{choices}\" ;;\n");
        }

        text.Append("  esac\n  COMPREPLY=($(compgen -W \"$choices\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n");
        text.Append("  [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -F _tachyon_edge ").Append(Program).Append('\n');
        return text.ToString();
    }

    private static string Fish(List<(string Path, string Words)> words)
    {
        var text = new StringBuilder("function __tachyon_edge_path\n  set -l path\n  for word in (commandline -opc)[2..-1]\n    set -l known (string trim \"$path $word\")\n    switch $known\n      case ");
        text.AppendJoin(' ', words.Where(entry => entry.Path.Length > 0).Select(entry => $"'{entry.Path}'"));
        text.Append("\n        set path $known\n    end\n  end\n  echo $path\nend\n");
        foreach (var (path, choices) in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"complete -c {Program} -n 'test \"$(__tachyon_edge_path)\" = \"{path}\"' -f -a '{choices}'\n");
        }

        return text.ToString();
    }
}
