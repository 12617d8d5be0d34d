namespace Tachyon.Silo.Console.Sessions;

/// <summary>Forms as they are sent to this console, and whether a page of it sent them.</summary>
internal static class OwnForms
{
    /// <summary>Whether a page of this console sent the form, as the browser tells it. Beside the form's token, not in its place.</summary>
    public static bool IsFromHere(HttpContext http) => http.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    /// <summary>The fields; none where the body is no form, or cannot be read as one: anybody can send anything.</summary>
    /// <exception cref="BadHttpRequestException">The body is too large, or stops before its end.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            return FormCollection.Empty;
        }

        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            return FormCollection.Empty;
        }
    }
}
