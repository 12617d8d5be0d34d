using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Console.Pages;

/// <summary>Says on the page that follows an action that it was taken. Only these words: an address can be made by anyone.</summary>
internal static class Done
{
    public static Html Note(HttpContext http) => http.Request.Query["done"].ToString() switch
    {
        "claim" => Say("The claim is on its way to the chain; this page shows how far it is."),
        "act" => Say("What the evidence allows is on its way to the chain; this page shows how far it is."),
        "close" => Say("The provider was asked to close; when both parties have signed, the close goes to the chain."),
        "drain" => Say("The provider is given no new channels from now on."),
        "undrain" => Say("The provider is given channels again."),
        "blacklist" => Say("This operator's silos serve the node no more."),
        "unblacklist" => Say("This operator's silos serve the node again."),
        "retry" => Say("The operation is tried again."),
        _ => Html.Empty,
    };

    private static Html Say(string text) => Parts.Note(Tone.Good, Html.Text(text));
}
