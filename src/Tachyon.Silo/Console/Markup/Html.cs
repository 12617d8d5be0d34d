using System.Text;

namespace Tachyon.Silo.Console.Markup;

/// <summary>
/// Markup. There is one way to make it: an interpolated text, whose literal parts are markup and whose values are encoded unless they
/// are markup themselves. Attributes stand in double quotes.
/// </summary>
internal readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Nothing.</summary>
    public static Html Empty => default;

    public bool IsEmpty => string.IsNullOrEmpty(_markup);

    public static Html Of(HtmlBuilder builder) => new(builder.Take());

    /// <summary>A text, encoded.</summary>
    public static Html Text(string? text) => Of($"{text}");

    /// <summary>One after another.</summary>
    public static Html Join(IEnumerable<Html> parts)
    {
        var all = new StringBuilder();
        foreach (var part in parts)
        {
            all.Append(part._markup);
        }

        return new Html(all.ToString());
    }

    /// <summary>The markup.</summary>
    public override string ToString() => _markup ?? "";
}
