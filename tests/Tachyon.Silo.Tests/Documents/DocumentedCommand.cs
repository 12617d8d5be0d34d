using System.Text;
using System.Text.RegularExpressions;

namespace Tachyon.Silo.Tests.Documents;

/// <summary>A command line of <c>tachyon-edge</c> or <c>tachyon-silo</c> as a document or a file of deploy/ gives it.</summary>
/// <param name="Where">The file, and the line as it stands there.</param>
/// <param name="Program">The program; null where the text leaves it out, as "`channels close ID`" does.</param>
/// <param name="Words">What follows the program. Placeholders stand for themselves; of alternatives there is the first.</param>
/// <param name="IsWhole">Whether it is to be pasted as it stands: in a block of its own, and without an ellipsis.</param>
internal sealed partial record DocumentedCommand(string Where, string? Program, IReadOnlyList<string> Words, bool IsWhole)
{
    private static readonly string[] Folders = ["docs", "deploy"];
    private static readonly string[] Kinds = [".md", ".service", ".sh"];
    private static readonly string[] NotOurs = ["node_modules", "decisions"];

    /// <summary>The texts that people copy commands from.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        RepositoryRoot.Combine("README.md"),
        .. Folders.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*", SearchOption.AllDirectories))
            .Where(file => Kinds.Contains(Path.GetExtension(file)) && !NotOurs.Any(name => file.Contains($"/{name}/", StringComparison.Ordinal))),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<DocumentedCommand> All => Files.SelectMany(file => OfText(Path.GetRelativePath(RepositoryRoot.Path, file), File.ReadAllText(file)));

    /// <summary>The pieces of code between single backticks.</summary>
    public static IEnumerable<string> Spans(string text) => Span().Matches(text).Select(match => match.Groups[1].Value.ReplaceLineEndings(" "));

    private static IEnumerable<DocumentedCommand> OfText(string file, string text) =>
        Continued().Replace(text, " ").Split('\n').Select(line => Of(file, line.Trim(), isBlock: true))
            .Concat(Spans(text).Select(span => Of(file, span, isBlock: false))).OfType<DocumentedCommand>();

    private static DocumentedCommand? Of(string file, string line, bool isBlock)
    {
        var words = Split(line.Replace("ExecStart=", "", StringComparison.Ordinal));
        if (words.Count == 0)
        {
            return null;
        }

        var program = Path.GetFileName(words[0]);
        var isNamed = program is "tachyon-edge" or "tachyon-silo";
        return isNamed || !isBlock
            ? new DocumentedCommand(
                $"{file}: {line}", isNamed ? program : null, [.. words.Skip(isNamed ? 1 : 0).Where(word => word != "…")], isBlock && !words.Contains("…"))
            : null;
    }

    // As a shell splits them, up to what is not the program's any more. Brackets mean that a word may be left out, a bar that one is to be chosen.
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        foreach (var c in line.Append(' '))
        {
            if (quote == '\0' && c == ' ')
            {
                if (word.Length > 0 && word[0] is '>' or '|' or '#' or ';' or '&')
                {
                    break;
                }

                if (word.Length > 0)
                {
                    words.Add(word.ToString().Trim('[', ']').Split('|')[0]);
                }

                word.Clear();
            }
            else if (c is '"' or '\'' && (quote == '\0' || quote == c))
            {
                quote = quote == c ? '\0' : c;
            }
            else
            {
                word.Append(c);
            }
        }

        return words;
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex Span();
}
