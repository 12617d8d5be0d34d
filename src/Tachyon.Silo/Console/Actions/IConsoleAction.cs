using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Actions;

/// <summary>Something that an operator can have done, after a question.</summary>
internal interface IConsoleAction
{
    /// <summary>What is asked first; null when the address names nothing.</summary>
    Task<Question?> AskAsync(HttpContext http);

    /// <summary>Does it. Null when it is on its way, else why not.</summary>
    Task<string?> DoAsync(HttpContext http);
}

/// <summary>What is asked before something is done.</summary>
/// <param name="Title">What would be done.</param>
/// <param name="Text">What comes of it.</param>
/// <param name="Button">The word with which it is done.</param>
/// <param name="Section">The entry of the navigation that it belongs to.</param>
/// <param name="Back">The page that it is about.</param>
/// <param name="Done">How that page says that it was done.</param>
internal sealed record Question(string Title, Html Text, string Button, string Section, string Back, string Done);
