using System.Text;
using System.Text.RegularExpressions;
using Tachyon.Testing;

namespace Tachyon.Protocol.Tests.Documents;

/// <summary>A reader who follows a link arrives: relative links of all documents, the files that they name, and the documents that sources name.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "artifacts", ".git", "TestResults", "cache", "out", "lib"];
    private static readonly string[] Sources = [".md", ".cs", ".sh", ".sol", ".mjs", ".yml"];

    [Fact]
    public void Links_BetweenDocuments_LeadToFilesAndHeadings()
    {
        List<string> dead = [];
        foreach (string file in Files(RepositoryRoot.Path).Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (Match match in Link().Matches(WithoutCode(File.ReadAllText(file))))
            {
                string link = match.Groups[1].Value;
                if (!link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal) && !Leads(file, link))
                {
                    dead.Add($"{Path.GetRelativePath(RepositoryRoot.Path, file)}: {link}");
                }
            }
        }

        Assert.Empty(dead);
    }

    [Fact]
    public void Documents_ThatSourcesName_Exist()
    {
        List<string> dead = [];
        foreach (string file in Files(RepositoryRoot.Path).Where(file => Sources.Contains(Path.GetExtension(file))))
        {
            dead.AddRange(Mention().Matches(File.ReadAllText(file)).Select(match => match.Value).Distinct()
                .Where(name => !File.Exists(RepositoryRoot.Combine(name)))
                .Select(name => $"{Path.GetRelativePath(RepositoryRoot.Path, file)}: {name}"));
        }

        Assert.Empty(dead);
    }

    [Fact]
    public void Paths_ThatDocumentsName_Exist()
    {
        List<string> dead = [];
        foreach (string file in Files(RepositoryRoot.Path).Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            string folder = Path.GetDirectoryName(file)!;
            dead.AddRange(Source().Matches(File.ReadAllText(file)).Select(match => match.Value.TrimEnd('.')).Distinct()
                .Where(path => !Exists(RepositoryRoot.Combine(path)) && !Exists(Path.Combine(folder, path)))
                .Select(path => $"{Path.GetRelativePath(RepositoryRoot.Path, file)}: {path}"));
        }

        Assert.Empty(dead);
    }

    [Fact]
    public void Decisions_AreAllListed()
    {
        string folder = RepositoryRoot.Combine("docs", "decisions");
        string list = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.All(
            Directory.EnumerateFiles(folder, "2*.md").Select(Path.GetFileName),
            name => Assert.Contains($"]({name})", list, StringComparison.Ordinal));
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static bool Leads(string from, string link)
    {
        (string path, string heading) = link.Split('#', 2) is [var file, var anchor] ? (file, anchor) : (link, "");
        string target = path.Length == 0 ? from : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from)!, Uri.UnescapeDataString(path)));
        return heading.Length == 0
            ? Exists(target)
            : File.Exists(target) && File.ReadLines(target).Any(line => line.StartsWith('#') && Anchor(line) == heading);
    }

    // As code hosts make anchors of headings: lower case, spaces to hyphens, no punctuation.
    private static string Anchor(string heading)
    {
        var anchor = new StringBuilder();
        foreach (char c in heading.TrimStart('#').Trim())
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                anchor.Append(char.ToLowerInvariant(c));
            }
            else if (c == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    private static IEnumerable<string> Files(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            yield return file;
        }

        foreach (string inner in Directory.EnumerateDirectories(folder).Where(inner => !NotOurs.Contains(Path.GetFileName(inner))))
        {
            foreach (string file in Files(inner))
            {
                yield return file;
            }
        }
    }

    private static string WithoutCode(string text) => InlineCode().Replace(FencedCode().Replace(text, ""), "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.])docs/[\w./-]+\.md")]
    private static partial Regex Mention();

    [GeneratedRegex(@"(?<![\w/.-])(?:src|tests|contracts|vectors|standins|samples)/[\w./-]*\w")]
    private static partial Regex Source();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex FencedCode();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex InlineCode();
}
