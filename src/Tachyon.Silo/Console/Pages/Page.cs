using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>What a page says.</summary>
/// <param name="Title">Its heading, and the window's title.</param>
/// <param name="Section">The path of the entry of the navigation that it belongs to.</param>
/// <param name="Main">What stands below the heading.</param>
internal sealed record Page(string Title, string Section, Html Main)
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Beside the heading: what can be done here.</summary>
    public Html Actions { get; init; }

    /// <summary>Whether it is worth showing again while it is open. Pages with a form are not.</summary>
    public bool IsLive { get; init; } = true;
}
