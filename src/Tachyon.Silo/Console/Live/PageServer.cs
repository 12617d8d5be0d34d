using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Console.Pages;
using Tachyon.Silo.Console.Serving;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Limits;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Live;

/// <summary>
/// Answers with a page, and, where its own address is asked for as text/event-stream, with the page as it changes: one rendering for
/// both, and no second description of the data for a script.
/// </summary>
internal sealed partial class PageServer(
    Layout layout, Readers readers, OperatorSessions sessions, LiveStreams streams, RestLimit limit, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<PageServer> logger)
{
    /// <summary>How often a page is looked at again.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private const string EventStream = "text/event-stream";

    public async Task<IResult> ServeAsync(HttpContext http, IConsolePage page)
    {
        if (!May(http, page))
        {
            return Results.Redirect($"/sign-in?then={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}");
        }

        if (!http.Request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase))
        {
            return await AnswerAsync(http, await RenderAsync(http, page));
        }

        var isOperator = readers.HasKey(http);
        if (streams.TryOpen(http.Connection.RemoteIpAddress ?? IPAddress.None, isOperator) is not { } place)
        {
            return TypedResults.Problem("Too many pages are open.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        // With the request, not with the stream: who is gone before the first page never begins one.
        http.Response.RegisterForDispose(place);
        return TypedResults.ServerSentEvents(FollowAsync(http, page, isOperator, http.RequestAborted));
    }

    /// <summary>A page as a whole document.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http, Page page)
    {
        // The same address has two forms, and what it says is of this moment.
        http.Response.Headers.Vary = "Accept, Cookie";
        return Results.Content((await layout.DocumentAsync(http, page)).ToString(), "text/html; charset=utf-8", statusCode: page.Status);
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(
        HttpContext http, IConsolePage page, bool isOperator, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A stopping silo must not wait for its readers.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Period, time);
        var shown = "";
        do
        {
            var body = (await layout.BodyAsync(http, await RenderAsync(http, page))).ToString();
            yield return body == shown ? new SseItem<string>("unchanged", "same") : new SseItem<string>(body, "page");
            shown = body;
        }
        while (await NextAsync(http, timer, end.Token) && May(http, page) && readers.HasKey(http) == isOperator);
    }

    private bool May(HttpContext http, IConsolePage page) => page.IsForOperators ? sessions.Holds(http) : readers.May(http);

    private async Task<Page> RenderAsync(HttpContext http, IConsolePage page)
    {
        try
        {
            return await page.RenderAsync(http);
        }
        catch (Exception exception) when (Problems.StatusOf(exception) == StatusCodes.Status503ServiceUnavailable)
        {
            LogPassing(http.Request.Path, exception.Message);
            return new Page("Not to be had just now", "", Parts.Note(Tone.Bad, Html.Of($"The storage or another silo of the cluster cannot be reached: {exception.Message} This page tries again.")))
            {
                Status = StatusCodes.Status503ServiceUnavailable,
            };
        }
    }

    // A page that is followed costs what asking for it each time would: an address that asks too much waits.
    private async Task<bool> NextAsync(HttpContext http, PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (limit.TryTake(http))
                {
                    return true;
                }
            }

            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The page {Path} cannot be shown just now: {Reason}")]
    private partial void LogPassing(PathString path, string reason);
}
