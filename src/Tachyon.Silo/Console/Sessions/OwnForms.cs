namespace Tachyon.Silo.Console.Sessions;

/// <summary>Whether a form was sent by a page of this console, as the browser tells it. Beside the form's token, not in its place.</summary>
internal static class OwnForms
{
    /// <summary>A form is a few hundred bytes.</summary>
    public const long MaxBytes = 16_384;

    public static bool IsFromHere(HttpContext http) =>
        http.Request.HasFormContentType && http.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
}
