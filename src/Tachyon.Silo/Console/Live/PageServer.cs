using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Tachyon.Silo.Console.Markup;
using Tachyon.Silo.Console.Pages;
using Tachyon.Silo.Console.Serving;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Live;

/// <summary>
/// Answers with a page, and, where its own address is asked for as text/event-stream, with the page as it changes: one rendering for
/// both, and no second description of the data for a script.
/// </summary>
internal sealed partial class PageServer(
    Layout layout, Readers readers, OperatorSessions sessions, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PageServer> logger)
{
    /// <summary>How often a page is looked at again.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Each costs a rendering now and then; whoever comes on top sees the page as it is, and is told so.</summary>
    public const int MaxStreams = 64;

    private const string EventStream = "text/event-stream";
    private int _streams;

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

        if (Volatile.Read(ref _streams) >= MaxStreams)
        {
            return TypedResults.Problem("Too many pages are open.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return TypedResults.ServerSentEvents(FollowAsync(http, page, http.RequestAborted));
    }

    /// <summary>A page as a whole document.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http, Page page)
    {
        // The same address has two forms, and what it says is of this moment.
        http.Response.Headers.Vary = "Accept, Cookie";
        return Results.Content((await layout.DocumentAsync(http, page)).ToString(), "text/html; charset=utf-8", statusCode: page.Status);
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(HttpContext http, IConsolePage page, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A stopping silo must not wait for its readers.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Period, time);
        Interlocked.Increment(ref _streams);
        try
        {
            var shown = "";
            do
            {
                var body = (await layout.BodyAsync(http, await RenderAsync(http, page))).ToString();
                yield return body == shown ? new SseItem<string>("unchanged", "same") : new SseItem<string>(body, "page");
                shown = body;
            }
            while (May(http, page) && await NextAsync(timer, end.Token));
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
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

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The page {Path} cannot be shown just now: {Reason}")]
    private partial void LogPassing(PathString path, string reason);
}
