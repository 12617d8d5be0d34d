using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>A page that is not there.</summary>
internal static class Missing
{
    public static Page Page(string title, string section, string why) => new(title, section, Parts.Note(Tone.Warn, Html.Text(why)))
    {
        Status = StatusCodes.Status404NotFound,
    };
}
