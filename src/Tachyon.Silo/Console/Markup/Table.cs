namespace Tachyon.Silo.Console.Markup;

/// <summary>
/// A table that becomes a list of cards on narrow screens, where each cell names its column. The roles are said because a table that
/// is laid out as anything else is none to assistive programs.
/// </summary>
internal sealed class Table(string caption, params Column[] columns)
{
    private readonly List<Html> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Adds a row.</summary>
    /// <param name="id">By which the row is known when the page changes under it; empty for none.</param>
    /// <param name="cells">One for each column.</param>
    public void Add(string id, params Html[] cells) => _rows.Add(Html.Of(
        $"""<tr role="row" id="{id}">{cells.Zip(columns, (cell, column) => Html.Of($"""<td role="cell" class="{(column.IsNumber ? "number" : "")}" data-column="{column.Name}"><div>{cell}</div></td>"""))}</tr>"""));

    /// <summary>The table, or a sentence in its place.</summary>
    public Html Render(string whenEmpty) => IsEmpty ? Parts.Empty(whenEmpty) : Html.Of(
        $"""
        <div class="scroll"><table role="table"><caption>{caption}</caption>
        <thead role="rowgroup"><tr role="row">{columns.Select(column => Html.Of($"""<th role="columnheader" scope="col" class="{(column.IsNumber ? "number" : "")}">{column.Name}</th>"""))}</tr></thead>
        <tbody role="rowgroup">{_rows}</tbody></table></div>
        """);
}

/// <summary>A column.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="IsNumber">Numbers stand to the right.</param>
internal sealed record Column(string Name, bool IsNumber = false);
