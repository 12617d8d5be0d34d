using Tachyon.Testing;

namespace Tachyon.Protocol.Tests.Documents;

/// <summary>The tables and code blocks of docs/wire.md, by the heading that they stand under.</summary>
internal static class WireDocument
{
    private static readonly string[] Lines = File.ReadAllLines(RepositoryRoot.Combine("docs", "wire.md"));

    /// <summary>The cells of all rows of the tables under a heading, without the tables' own headings.</summary>
    internal static IReadOnlyList<string[]> Rows(string heading)
    {
        var section = Section(heading);
        string[][] rows = [.. section
            .Where((line, i) => line.StartsWith("| ", StringComparison.Ordinal) && !IsRule(section.ElementAtOrDefault(i + 1)))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim().Trim('`')).ToArray())];
        Assert.True(rows.Length > 0, $"docs/wire.md has no table under the heading '{heading}'.");
        return rows;
    }

    /// <summary>The lines of the code blocks under a heading.</summary>
    internal static IReadOnlyList<string> Code(string heading) =>
        [.. Section(heading).Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim())];

    private static string[] Section(string heading)
    {
        int start = Array.FindIndex(Lines, line => line.TrimStart('#') == " " + heading && line.StartsWith('#'));
        Assert.True(start >= 0, $"docs/wire.md has no heading '{heading}'.");
        return [.. Lines.Skip(start + 1).TakeWhile(line => !line.StartsWith('#'))];
    }

    private static bool IsRule(string? line) => line?.StartsWith("|--", StringComparison.Ordinal) == true;
}
