using Tachyon.Silo.Console.Live;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Console.Pages;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Sessions;

/// <summary>Takes the operator key once and gives a session for it, and ends sessions.</summary>
internal sealed partial class SignIn(OperatorKey key, OperatorSessions sessions, PageServer pages, ILogger<SignIn> logger)
{
    public const string Path = "/sign-in";

    public Task<IResult> ShowAsync(HttpContext http) => AnswerAsync(http, Target(http.Request.Query["then"]), fault: null);

    public async Task<IResult> EnterAsync(HttpContext http)
    {
        var form = await OwnForms.ReadAsync(http);
        var then = Target(form["then"]);
        if (!OwnForms.IsFromHere(http) || !key.Accepts(form["key"].ToString().Trim()))
        {
            LogRefused(http.Connection.RemoteIpAddress);
            return await AnswerAsync(http, then, "That is not this silo's operator key.");
        }

        LogBegun(http.Connection.RemoteIpAddress);
        http.Response.Cookies.Append(OperatorSessions.CookieName, sessions.Begin(), Cookie(http));
        return Results.LocalRedirect(then);
    }

    public async Task<IResult> LeaveAsync(HttpContext http)
    {
        var form = await OwnForms.ReadAsync(http);
        if (OwnForms.IsFromHere(http) && sessions.IsOwn(http, form["token"].ToString()))
        {
            http.Response.Cookies.Delete(OperatorSessions.CookieName, Cookie(http));
        }

        return Results.LocalRedirect("/");
    }

    private Task<IResult> AnswerAsync(HttpContext http, string then, string? fault) => pages.AnswerAsync(http, new Page("Sign in", Path, Html.Of(
        $"""
        {(fault is null ? Html.Empty : Parts.Note(Tone.Bad, Html.Text(fault)))}
        {(key.Exists ? Form(then) : Parts.Note(Tone.Warn, Html.Of($"This silo has no operator key, so nobody can act on it; its operator sets <code>Gateway:OperatorKeyFile</code>.")))}
        """))
    {
        IsLive = false,
        Status = fault is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized,
    });

    private static Html Form(string then) => Html.Of(
        $"""
        <form class="question" method="post" action="{Path}">
        <p>Claims, closes and drains need the operator key: the first line of the file that <code>Gateway:OperatorKeyFile</code> names. You stay signed in for {Show.Span(OperatorSessions.Lifetime)} in this browser.</p>
        <input type="hidden" name="then" value="{then}">
        <label>Operator key <input type="password" name="key" autocomplete="current-password" required minlength="{OperatorKey.MinLength}" autofocus></label>
        <div class="buttons"><button class="primary">Sign in</button><a href="{then}">Cancel</a></div>
        </form>
        """);

    /// <summary>A page of this console; the overview for anything else, since an address can be made by anyone, and not all of them fit a header.</summary>
    private static string Target(string? then) =>
        then is ['/', ..] && then is not ['/', '/' or '\\', ..] && then.All(letter => letter is > ' ' and <= '~') ? then : "/";

    // Sent by no other site, and unknown to scripts. A browser sends it over plain http only where the silo is reached so.
    private static CookieOptions Cookie(HttpContext http) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", IsEssential = true, MaxAge = OperatorSessions.Lifetime,
    };

    [LoggerMessage(1, LogLevel.Information, "An operator signed in to the console from {Remote}")]
    private partial void LogBegun(System.Net.IPAddress? remote);

    [LoggerMessage(2, LogLevel.Warning, "Signing in to the console from {Remote} refused: the key is wrong")]
    private partial void LogRefused(System.Net.IPAddress? remote);
}
