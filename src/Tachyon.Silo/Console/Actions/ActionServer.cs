using Tachyon.Silo.Console.Live;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Console.Pages;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Actions;

/// <summary>Asks before an action, and takes it only from an operator's own form.</summary>
internal sealed partial class ActionServer(OperatorSessions sessions, PageServer pages, ILogger<ActionServer> logger)
{
    public async Task<IResult> AskAsync(HttpContext http, IConsoleAction action) =>
        !sessions.Holds(http) ? ToSignIn(http)
        : await action.AskAsync(http) is { } question ? await AnswerAsync(http, question, fault: null)
        : await MissingAsync(http);

    public async Task<IResult> DoAsync(HttpContext http, IConsoleAction action)
    {
        if (!sessions.Holds(http))
        {
            return ToSignIn(http);
        }

        if (await action.AskAsync(http) is not { } question)
        {
            return await MissingAsync(http);
        }

        var isOwn = OwnForms.IsFromHere(http) && sessions.IsOwn(http, (await OwnForms.ReadAsync(http))["token"].ToString());
        if (!isOwn)
        {
            LogForeign(http.Request.Path, http.Connection.RemoteIpAddress);
            return await AnswerAsync(http, question, "This form is not of your session; please answer again.", StatusCodes.Status400BadRequest);
        }

        LogActing(http.Request.Path, http.Connection.RemoteIpAddress);
        string? fault;
        try
        {
            fault = await action.DoAsync(http);
        }
        catch (Exception exception) when (Problems.StatusOf(exception) == StatusCodes.Status503ServiceUnavailable)
        {
            return await AnswerAsync(http, question, $"The storage or another silo cannot be reached just now; whether it was done is not known. {exception.Message}", StatusCodes.Status503ServiceUnavailable);
        }

        return fault is null ? Results.LocalRedirect($"{question.Back}?done={question.Done}") : await AnswerAsync(http, question, fault, StatusCodes.Status409Conflict);
    }

    private static IResult ToSignIn(HttpContext http) => Results.LocalRedirect($"{SignIn.Path}?then={Uri.EscapeDataString(http.Request.Path)}");

    private Task<IResult> MissingAsync(HttpContext http) => pages.AnswerAsync(http, Missing.Page("Nothing to act on", "", "This operator's silos know nothing of what the address names."));

    private Task<IResult> AnswerAsync(HttpContext http, Question question, string? fault, int status = StatusCodes.Status200OK) => pages.AnswerAsync(
        http,
        new Page(question.Title, question.Section, Html.Of(
            $"""
            {(fault is null ? Html.Empty : Parts.Note(Tone.Bad, Html.Text(fault)))}
            <form class="question" method="post">
            {question.Text}
            <input type="hidden" name="token" value="{sessions.FormToken(http)}">
            <div class="buttons"><button class="primary">{question.Button}</button><a class="button" href="{question.Back}">Cancel</a></div>
            </form>
            """))
        {
            IsLive = false,
            Status = status,
        });

    [LoggerMessage(1, LogLevel.Information, "Operator action {Path} on the console from {Remote}")]
    private partial void LogActing(PathString path, System.Net.IPAddress? remote);

    [LoggerMessage(2, LogLevel.Warning, "Operator action {Path} on the console from {Remote} refused: the form was not made for its session")]
    private partial void LogForeign(PathString path, System.Net.IPAddress? remote);
}
