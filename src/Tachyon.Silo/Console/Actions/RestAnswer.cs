using Microsoft.AspNetCore.Http.HttpResults;

namespace Tachyon.Silo.Console.Actions;

/// <summary>What an endpoint of REST answered, for a page: the console does what REST does, and says it in the same words.</summary>
internal static class RestAnswer
{
    public static async Task<IResult> AsResult<T>(this Task<T> answer)
        where T : IResult => await answer;

    /// <summary>Why it was not done; null when it was.</summary>
    public static string? Fault(IResult answer) =>
        (answer is INestedHttpResult nested ? nested.Result : answer) is ProblemHttpResult problem ? problem.ProblemDetails.Detail : null;
}
