using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Grains.Durability;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Rest;

/// <summary>Faults of REST requests as application/problem+json: what was wrong, and what would be right.</summary>
internal static class Problems
{
    public static ProblemHttpResult Malformed(string name, string? value, string expected) =>
        TypedResults.Problem($"{name} is '{value}'; it must be {expected}.", statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult MalformedChannelId(string id) => Malformed("id", id, "0x and 64 hexadecimal digits");

    public static ProblemHttpResult UnknownChannel(ChannelId channelId) =>
        NotFound($"The chain has shown no channel {channelId} to this silo.");

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult Conflict(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);

    /// <summary>
    /// 503 where asking again is right: the storage or another silo of the cluster is not to be reached just now. 4xx where the request
    /// cannot be read. Else 500.
    /// </summary>
    public static int StatusOf(Exception exception) => exception switch
    {
        StorageFaultException or OrleansException or TimeoutException => StatusCodes.Status503ServiceUnavailable,
        BadHttpRequestException unreadable => unreadable.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    };
}
